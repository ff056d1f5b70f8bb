"""A helper in another file of the package."""
from torch.nn.functional import scaled_dot_product_attention as sdpa
