"""Pictures to move in: complete, not an exercise. They need anywidget, so no exercise imports them."""

from .explorer import explore as explore
from .explorer import explore_text as explore_text
from .sliders import mask_painter as mask_painter
from .sliders import scaling_demonstration as scaling_demonstration
from .sliders import temperature_slider as temperature_slider
from .stepper import step_through as step_through
