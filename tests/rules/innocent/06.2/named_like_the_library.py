"""A class of one's own called MultiheadAttention, and a method multi_head_attention_forward."""
import torch


class MultiheadAttention(MultiHeadAttention):
    def multi_head_attention_forward(self, *args, **options):
        return super().forward(*args, **options)

    def forward(self, *args, **options):
        return self.multi_head_attention_forward(*args, **options)


MultiHeadAttention = MultiheadAttention
