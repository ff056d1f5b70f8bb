"""Pictures to move in: complete, not an exercise. They need anywidget, so no exercise imports them."""

from .explorer import explore as explore
from .sliders import mask_painter as mask_painter
from .sliders import scaling_demonstration as scaling_demonstration
from .sliders import temperature_slider as temperature_slider
