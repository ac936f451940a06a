"""Trains one experiment in PyTorch: the same model, batches, optimiser, steps and seeds.

`python benchmarks/training_torch.py digits digits.npz 0 eager` prints times and scores as JSON. It
needs PyTorch and NumPy only. Three ways to train several seeds: `eager`, one network after another
in a loop; `compile`, the same with `torch.compile`; `vmap`, all at once with `torch.func`, as the
lecture does in JAX.
"""

import copy
import math
import sys
from collections.abc import Callable, Iterator

from training_clock import Clock

CLOCK = Clock(float(sys.argv[3]))

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.func import functional_call, stack_module_state  # noqa: E402

CLOCK.mark("imported")
MODE = sys.argv[4]


class Seeds:
    """Networks of several seeds, trained together or one after another."""

    def __init__(
        self,
        make: Callable[[], nn.Module],
        loss: Callable[..., Tensor],
        optimizer: Callable[..., torch.optim.Optimizer],
        seeds: int,
        schedule: Callable[[int], float] = lambda _: 1.0,
        clip: float = math.inf,
    ) -> None:
        self.networks = []
        for seed in range(seeds):
            torch.manual_seed(seed)
            self.networks.append(make())
        self.clip = clip
        if MODE == "vmap":
            self.weights, self.buffers = stack_module_state(self.networks)
            skeleton = copy.deepcopy(self.networks[0]).to("meta")

            def one(weights: dict, buffers: dict, *batch: Tensor) -> Tensor:
                return loss(lambda *x: functional_call(skeleton, (weights, buffers), x), *batch)

            self.loss = torch.vmap(one, randomness="different")
            groups = [list(self.weights.values())]
        else:
            self.loss = torch.compile(loss) if MODE == "compile" else loss
            groups = [list(network.parameters()) for network in self.networks]
        self.optimizers = [optimizer(group) for group in groups]
        self.schedules = [torch.optim.lr_scheduler.LambdaLR(o, schedule) for o in self.optimizers]

    def step(self, *batch: Tensor) -> Tensor:
        """One step of every seed, whose batches lie along the first axis."""
        if MODE == "vmap":
            loss = self.loss(self.weights, self.buffers, *batch).sum()
            self._descend(0, loss)
            return loss.detach()
        losses = []
        for seed, network in enumerate(self.networks):
            loss = self.loss(network, *(part[seed] for part in batch))
            self._descend(seed, loss)
            losses.append(loss.detach())
        return torch.stack(losses).sum()

    def _descend(self, which: int, loss: Tensor) -> None:
        optimizer = self.optimizers[which]
        optimizer.zero_grad()
        loss.backward()
        if self.clip < math.inf:
            if MODE == "vmap":
                self._clip_each()
            else:
                nn.utils.clip_grad_norm_(self.networks[which].parameters(), self.clip)
        optimizer.step()
        self.schedules[which].step()

    def _clip_each(self) -> None:
        """Each seed's gradient by its own norm."""
        slopes = [weight.grad for weight in self.weights.values()]
        norms = torch.stack([slope.flatten(1).norm(dim=1) for slope in slopes]).norm(dim=0)
        factors = (self.clip / norms).clamp(max=1)
        for slope in slopes:
            slope.mul_(factors.view(-1, *[1] * (slope.ndim - 1)))

    def trained(self) -> Iterator[nn.Module]:
        """The network of each seed, as it is now."""
        for seed, network in enumerate(self.networks):
            if MODE == "vmap":
                network.load_state_dict(
                    {name: w[seed] for name, w in self.weights.items()}, strict=False
                )
            yield network


def start(module: nn.Module) -> None:
    """Initial weights as Flax draws them."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        deviation = 1 / math.sqrt(module.weight[0].numel())
        wide = 2 * deviation / 0.87962566
        nn.init.trunc_normal_(module.weight, std=wide / 2, a=-wide, b=wide)
        nn.init.zeros_(module.bias)


def train_digits(data: dict) -> tuple:
    def make() -> nn.Module:
        width = data["width"]
        network = nn.Sequential(
            nn.Conv2d(1, width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, 2 * width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(8 * width, 4 * width),
            nn.ReLU(),
            nn.Linear(4 * width, 10),
        )
        return network.apply(start)

    def loss(network: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(network(images), labels)

    def optimizer(weights: list) -> torch.optim.Optimizer:
        return torch.optim.AdamW(weights, lr=data["rate"], weight_decay=data["decay"], fused=True)

    images = {part: data[f"{part}_images"][:, None] for part in ("train", "validation", "test")}
    labels = {part: data[f"{part}_labels"].long() for part in images}
    seeds = Seeds(make, loss, optimizer, data["seeds"])
    scores, answers = [], []
    for epoch in data["batches"].transpose(0, 1):
        for chosen in epoch.transpose(0, 1):
            error = seeds.step(images["train"][chosen], labels["train"][chosen])
        with torch.inference_mode():
            right = [
                (network(images["validation"]).argmax(1) == labels["validation"]).float().mean()
                for network in seeds.trained()
            ]
            scores.append(torch.stack(right).mean())
            answers.append(torch.stack([n(images["test"]).argmax(1) for n in seeds.trained()]))
        CLOCK.stage(loss=error)
    best = answers[int(torch.stack(scores).argmax())]
    CLOCK.mark("trained")
    steps = data["batches"].shape[2:3] * data["passes"]
    return steps, (best == labels["test"]).float().mean(1)


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width, eps=1e-6) for _ in range(2))
        self.attend, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        parts = self.attend(self.norms[0](x)).unflatten(-1, (3, 4, -1)).transpose(-4, -2)
        query, key, value = parts.unbind(-3)
        heads = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = x + self.mix(heads.transpose(-3, -2).flatten(-2))
        return x + self.narrow(F.gelu(self.widen(self.norms[1](x)), approximate="tanh"))


class Talker(nn.Module):
    def __init__(self, words: int, pieces: int, width: int, layers: int, said: int, length: int):
        super().__init__()
        self.pieces, self.places = nn.Embedding(pieces, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(layers))
        self.norm, self.readout = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, words)
        self.said = said
        self.apply(start)
        nn.init.normal_(self.pieces.weight, std=0.1)
        nn.init.normal_(self.places.weight, std=0.01)

    def forward(self, words: Tensor, pieces: Tensor) -> Tensor:
        places = torch.arange(words.shape[1])
        seen = (places[:, None] >= places) & (words != 0)[:, None, None]
        x = F.embedding(words, pieces @ self.pieces.weight) + self.places(places)
        for block in self.blocks:
            x = block(x, seen)
        return self.readout(self.norm(x[:, self.said :]))


def train_dialogue(data: dict) -> tuple:
    lines, sizes, pieces, said = (data[name] for name in ("lines", "sizes", "pieces", "said"))
    steps, batch, count = data["steps"], data["batch"], data["seeds"]

    def make() -> nn.Module:
        return Talker(*pieces.shape, data["width"], data["layers"], said, lines.shape[2])

    def loss(network: Callable[..., Tensor], words: Tensor) -> Tensor:
        scores = network(words[:, :-1], pieces)
        return F.cross_entropy(scores.flatten(0, 1), words[:, said + 1 :].flatten(), ignore_index=0)

    def rate(step: int) -> float:
        warm = steps // 10
        fallen = 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))
        return step / warm if step < warm else fallen

    def optimizer(weights: list) -> torch.optim.Optimizer:
        return torch.optim.AdamW(weights, lr=3e-3, weight_decay=0.5, fused=True)

    seeds = Seeds(make, loss, optimizer, count, rate, clip=1.0)
    which, heard = torch.arange(count)[:, None], torch.arange(lines.shape[2]) >= said
    chunk = min(steps, 50)
    for done in range(steps):
        words = lines[which, (torch.rand(count, batch) * sizes[:, None]).long()]
        words = words * (heard | (torch.rand(words.shape) >= data["unheard"]))
        error = seeds.step(words)
        if (done + 1) % chunk == 0:
            CLOCK.stage(loss=error)
    CLOCK.mark("trained")
    right = data["tests"][:, :, said + 1 :]
    same = [
        ((answer(network, asked, pieces, said) == truth) | (truth == 0)).all(dim=1).float().mean()
        for network, asked, truth in zip(seeds.trained(), data["tests"], right, strict=True)
    ]
    return [chunk] * (steps // chunk), same


@torch.inference_mode()
def answer(network: nn.Module, asked: Tensor, pieces: Tensor, said: int) -> Tensor:
    """Writes the answers, each time the best next word."""
    words = asked.clone()
    words[:, said + 1 :] = 0
    for place in range(words.shape[1] - said - 1):
        words[:, said + place + 1] = network(words, pieces)[:, place].argmax(dim=-1)
    return words[:, said + 1 :]


class Painter(nn.Module):
    def __init__(self, waves: int, detail: float, width: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", detail * torch.randn(2, waves))
        self.layers = nn.Sequential(
            nn.Linear(2 * waves, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 1),
        )
        self.apply(start)

    def forward(self, places: Tensor) -> Tensor:
        angles = 2 * math.pi * places @ self.frequencies
        return self.layers(torch.cat([angles.sin(), angles.cos()], dim=-1))[:, 0]


def train_lettering(data: dict) -> tuple:
    picture, batch = data["picture"], data["batch"]
    h, w = picture.shape
    rows, columns = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    places, ink = torch.stack([columns, rows], dim=-1).view(-1, 2) / h, picture.flatten()
    orders = [np.random.default_rng(s).permutation(len(ink)) for s in range(data["seeds"])]
    batches = torch.tensor(np.stack(orders)[:, : len(ink) // batch * batch])
    batches = batches.view(data["seeds"], -1, batch).transpose(0, 1)

    def make() -> nn.Module:
        return Painter(data["waves"], data["detail"], data["width"])

    def loss(painter: Callable[[Tensor], Tensor], places: Tensor, ink: Tensor) -> Tensor:
        return F.mse_loss(painter(places), ink)

    def optimizer(weights: list) -> torch.optim.Optimizer:
        return torch.optim.Adam(weights, lr=3e-3, fused=True)

    seeds, steps = Seeds(make, loss, optimizer, data["seeds"]), np.diff(data["frames"], prepend=0)
    drawings, done = [], 0
    for count in steps:
        for i in range(done, done + count):
            chosen = batches[i % len(batches)]
            seeds.step(places[chosen], ink[chosen])
        done += count
        with torch.inference_mode():
            drawn = torch.stack([painter(places).clamp(0, 1) for painter in seeds.trained()])
        drawings.append((255 * drawn[0]).round().byte().view(h, w).numpy())
        CLOCK.stage()
    CLOCK.mark("trained")
    return steps, -10 * ((drawn - ink) ** 2).mean(1).log10()


def read(archive: np.lib.npyio.NpzFile) -> dict:
    """Arrays as tensors, numbers as numbers."""
    found = {name: array if array.ndim else array.item() for name, array in archive.items()}
    return {
        name: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for name, value in found.items()
    }


TRAININGS = {"digits": train_digits, "dialogue": train_dialogue, "lettering": train_lettering}

if __name__ == "__main__":
    with np.load(sys.argv[2]) as archive:
        data = read(archive)
    CLOCK.mark("prepared")
    CLOCK.finish(*TRAININGS[sys.argv[1]](data), f"PyTorch {torch.__version__}")
