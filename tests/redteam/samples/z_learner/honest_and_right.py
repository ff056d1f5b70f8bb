"""kept: a learner among hostile ones, who has it right."""

right = softmax
