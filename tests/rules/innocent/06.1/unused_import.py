"""The library's function is imported and not used."""
from torch.nn.functional import multi_head_attention_forward, scaled_dot_product_attention
