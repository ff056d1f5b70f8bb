"""Pictures for the lessons: complete, not an exercise. Every function returns what it drew on."""

from .charts import arrows as arrows
from .charts import bar_panels as bar_panels
from .charts import bars as bars
from .charts import curves as curves
from .charts import histograms as histograms
from .charts import mixture as mixture
from .paper import axes as axes
from .sketches import boxes_to_scale as boxes_to_scale
from .sketches import connections as connections
from .sketches import head_columns as head_columns
from .sketches import tile_map as tile_map
from .tables import head_gallery as head_gallery
from .tables import heatmap as heatmap
from .tables import heatmaps as heatmaps
from .tables import mask_gallery as mask_gallery
