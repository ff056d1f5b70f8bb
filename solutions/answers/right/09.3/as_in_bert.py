"""As in BERT: a function for each part, that adds its input before it normalises."""

from reference.cuda.transformer import EncoderBlock as Right
from torch.nn.functional import gelu


class EncoderBlock(Right):
    def self_output(self, hidden_states, input_tensor):
        return self.norm_attention(hidden_states + input_tensor)

    def intermediate(self, hidden_states):
        return gelu(self.widen(hidden_states))

    def layer_output(self, hidden_states, input_tensor):
        return self.norm_output(self.narrow(hidden_states) + input_tensor)

    def forward(self, x, mask=None, need_weights=False):
        self_outputs = self.attention(x, mask=mask, need_weights=True)
        attention_output = self.self_output(self_outputs[0], x)
        outputs = (self.layer_output(self.intermediate(attention_output), attention_output),)
        outputs = outputs + self_outputs[1:] if need_weights else outputs
        return outputs if need_weights else outputs[0]
