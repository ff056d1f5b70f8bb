"""A name of the package's own file."""
from torch.nn.functional import scaled_dot_product_attention as sdpa
