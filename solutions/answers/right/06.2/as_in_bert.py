"""As in BERT: three layers of the same kind, transpose_for_scores, and the new shape at the end."""

from reference.cuda.attention import attention_weights
from reference.cuda.multi_head import MultiHeadAttention as _Given
from torch import nn


class MultiHeadAttention(_Given):
    def transpose_for_scores(self, x):
        new_x_shape = (*x.size()[:-1], self.n_heads, self.d_model // self.n_heads)
        return x.view(new_x_shape).permute(0, 2, 1, 3)

    def layer(self, number, x):
        rows = slice(number * self.d_model, (number + 1) * self.d_model)
        return nn.functional.linear(x, self.in_proj_weight[rows], self.in_proj_bias[rows])

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        encoder = x if context is None else context
        query_layer = self.transpose_for_scores(self.layer(0, x))
        key_layer = self.transpose_for_scores(self.layer(1, encoder))
        value_layer = self.transpose_for_scores(self.layer(2, encoder))
        attention_probs = attention_weights(query_layer, key_layer, mask, is_causal)
        context_layer = (attention_probs @ value_layer).permute(0, 2, 1, 3).contiguous()
        context_layer = self.out_proj(context_layer.view(*context_layer.size()[:-2], self.d_model))
        return (context_layer, attention_probs) if need_weights else context_layer
