"""A small language of fairy tales, and how to train on it. Complete, not an exercise.

Known words are one token each. Names are made up, new in every tale, and spelt letter by letter:

    Once there was a brave prince called Bani. Bani had a blue cup. ...

Whoever wants to spell Bani again has to look at where it stood before.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from string import ascii_lowercase, ascii_uppercase

import torch
from torch import Tensor, nn

from .cuda.language import CausalBlock, LanguageModel

TEMPERS = ["brave", "proud", "hungry", "clever", "quiet", "lazy"]
KINDS = ["prince", "dragon", "witch", "giant", "wolf", "baker"]
COLOURS = ["red", "blue", "golden", "silver", "black", "green"]
THINGS = ["cup", "key", "boat", "lamp", "ring", "drum"]
PLACES = ["sea", "river", "forest", "mountain"]
OTHERS = "there was a called had met me your said So gave the Then walked to and sang all night"
SIGNS = ["\n", " ", ".", ",", '"']
LONGEST = 96

VOCABULARY = [
    *SIGNS,
    *ascii_lowercase,
    *ascii_uppercase,
    *(f" {word}" for word in (*OTHERS.split(), *TEMPERS, *KINDS, *COLOURS, *THINGS, *PLACES)),
    "Once",
    "Give",
]
NUMBER = {token: number for number, token in enumerate(VOCABULARY)}
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aeiou"


def made_up_name(dice: random.Random) -> str:
    """Return a name of three to eight letters: mostly syllables, sometimes any letters at all."""
    if dice.random() < 0.3:
        return "".join(dice.choices(ascii_lowercase, k=dice.randint(3, 8))).capitalize()
    syllables = dice.choice((2, 2, 3))
    return "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(syllables)).capitalize()


def two_names(dice: random.Random, known: set[str]) -> list[str]:
    """Return two names that begin with different letters, none of them known."""
    found: list[str] = []
    while len(found) < 2:
        name = made_up_name(dice)
        if name not in known and name[0] not in (each[0] for each in found):
            found.append(name)
    return found


def tale(dice: random.Random, names: Sequence[str]) -> str:
    """Return one tale about two names."""
    a, b = names
    (temper, other_temper), (kind, other_kind) = dice.sample(TEMPERS, 2), dice.sample(KINDS, 2)
    gift, other_gift = (
        f"{colour} {thing}"
        for colour, thing in zip(dice.sample(COLOURS, 2), dice.sample(THINGS, 2), strict=True)
    )
    asks, gives, asked_for = dice.choice(((a, b, other_gift), (b, a, gift)))
    ends = (
        f"So {gives} gave {asks} the {asked_for}.",
        f"{a} and {b} sang all night.",
        f"Then {dice.choice((a, b))} walked to the {dice.choice(PLACES)}.",
    )
    return (
        f"Once there was a {temper} {kind} called {a}. {a} had a {gift}. "
        f"{a} met a {other_temper} {other_kind} called {b}. {b} had a {other_gift}. "
        f'"Give me your {asked_for}," said {asks}. {dice.choice(ends)}\n'
    )


def encode(text: str) -> list[int]:
    """Return the tokens of a text: a known word is one token, any other word its letters."""
    found = []
    for word in re.findall(r" ?[A-Za-z]+|[^A-Za-z]", text):
        found += [NUMBER[word]] if word in NUMBER else [NUMBER[letter] for letter in word]
    return found


def decode(tokens: Tensor | Sequence[int]) -> str:
    """Return the text of some tokens."""
    return "".join(VOCABULARY[int(number)] for number in tokens)


def tales(count: int, seed: int, known: Tensor | None = None) -> Tensor:
    """Return (count, 96) tokens: a tale in each row, between line ends that fill it up.

    Args:
        count: how many.
        seed: of the names and of everything else that is drawn.
        known: tales whose names must not occur in these.
    """
    dice = random.Random(seed)
    heard = set() if known is None else set(re.findall("[A-Z][a-z]+", decode(known.flatten())))
    rows = [[0, *encode(tale(dice, two_names(dice, heard)))] for _ in range(count)]
    return torch.tensor([(row + [0] * LONGEST)[:LONGEST] for row in rows])


def train(
    model: nn.Module,
    rows: Tensor,
    steps: int = 1000,
    seed: int = 0,
    batch: int = 8,
    rate: float = 1e-2,
    watch: Callable[[int], None] | None = None,
) -> list[float]:
    """Train a model to say which token comes next; return the loss of every step.

    Args:
        model: gives (batch, seq_len, n_tokens) scores for (batch, seq_len) tokens.
        rows: (count, 96), from `tales`.
        steps: how many batches it sees. The learning rate rises for a tenth of them, then falls.
        seed: of the order of the tales.
        batch: tales in a batch.
        rate: the highest learning rate.
        watch: called with the number of each step, before it.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.1)
    losses = []
    for step in range(steps):
        if watch is not None:
            watch(step)
        optimizer.param_groups[0]["lr"] = rate * _rise_and_fall((step + 1) / steps)
        chosen = rows[torch.randint(len(rows), (batch,), generator=generator)]
        loss = nn.functional.cross_entropy(model(chosen[:, :-1]).flatten(0, 1), chosen[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses


def _rise_and_fall(done: float) -> float:
    return done / 0.1 if done < 0.1 else 0.05 + 0.475 * (1 + math.cos(math.pi * (done - 0.1) / 0.9))


def returning_letters(rows: Tensor) -> list[tuple[int, int, list[int]]]:
    """Return where a name comes back: each letter after its first one, which says which name it is.

    Returns:
        For each such letter its row, the position that has to predict it, and the earlier positions at which
        the same letter of the same name stands.
    """
    return [(number, *place) for number, row in enumerate(rows.tolist()) for place in _returning(row)]


def _returning(row: list[int]) -> Iterator[tuple[int, list[int]]]:
    text = "".join(token if len(token) == 1 else "_" for token in (VOCABULARY[number] for number in row))
    begins: dict[str, list[int]] = {}
    for name in re.finditer("[A-Z][a-z]+", text):
        earlier = begins.setdefault(name[0], [])
        for place in range(1, len(name[0])) if earlier else ():
            yield name.start() + place - 1, [start + place for start in earlier]
        earlier.append(name.start())


@torch.no_grad()
def spelt_right(model: nn.Module, rows: Tensor) -> float:
    """Return the share of the returning letters to which the model gives the highest score."""
    best = model(rows[:, :-1]).argmax(-1)  # (count, 95)
    found = [bool(best[row, at] == rows[row, at + 1]) for row, at, _ in returning_letters(rows)]
    return sum(found) / len(found)


def copying_scores(model: LanguageModel, rows: Tensor) -> Tensor:
    """Return (n_layers, n_heads): how much of its weight each head puts on the letter that is to be copied.

    Asked where a letter of a returning name has to be predicted; the letter may stand at several places.
    """
    weights = model.weights(rows[:, :-1])  # (n_layers, count, n_heads, 95, 95)
    found = [weights[:, row, :, at, earlier].sum(-1) for row, at, earlier in returning_letters(rows)]
    return torch.stack(found).mean(dim=0)


@contextmanager
def switched_off(model: LanguageModel, layer: int, head: int) -> Iterator[None]:
    """Let one head say nothing for a while: its columns of W_O are 0 until the `with` ends."""
    block = model.blocks[layer]
    assert isinstance(block, CausalBlock)
    out = block.out.weight.data
    d_head = out.shape[1] // block.n_heads
    before = out.clone()
    out[:, head * d_head : (head + 1) * d_head] = 0.0
    try:
        yield
    finally:
        out.copy_(before)


class RecurrentModel(nn.Module):
    """A recurrent network (GRU) with about as many parameters, to compare with."""

    def __init__(self, n_tokens: int, d_model: int = 64, hidden: int = 88) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_tokens, d_model)
        self.memory = nn.GRU(d_model, hidden, batch_first=True)
        self.unembed = nn.Linear(hidden, n_tokens, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (batch, seq_len, n_tokens): the scores of the token that follows each of `tokens`."""
        memory, _ = self.memory(self.embedding(tokens))  # (batch, seq_len, hidden)
        scores: Tensor = self.unembed(memory)
        return scores


def course_of(kind: str, seed: int, rows: Tensor, exam: Tensor) -> dict[str, object]:
    """Return how one training went: every 50 steps, which share of returning letters was right."""
    torch.manual_seed(seed)
    layers = {"three layers": 3, "two layers": 2}
    size = len(VOCABULARY)
    model = LanguageModel(size, n_layers=layers[kind]) if kind in layers else RecurrentModel(size)
    right = []

    def watch(step: int) -> None:
        if step % 50 == 0:
            right.append(round(spelt_right(model, exam), 3))

    losses = train(model, rows, seed=seed, watch=watch)
    right.append(round(spelt_right(model, exam), 3))
    return {"kind": kind, "seed": seed, "right": right, "loss": round(sum(losses[-50:]) / 50, 3)}


def main() -> None:
    """Print 18 trainings, one a line: `python -m attnlib.tales`, about six minutes of one core."""
    torch.set_num_threads(1)
    rows = tales(8000, seed=1)
    exam = tales(60, seed=2, known=rows)
    for kind in ("three layers", "two layers", "recurrent"):
        for seed in range(6):
            print(json.dumps(course_of(kind, seed, rows, exam)), flush=True)


if __name__ == "__main__":
    main()
