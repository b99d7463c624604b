"""The works of Gauntlet's engine in PyTorch, each in the way that is named: channels-last or contiguous."""
import timm
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision


class SLLConvolution(nn.Module):
    """x - 2 K^T(t relu(K x + b)), t ready: 45 channels in, 5 inside."""

    def __init__(self, channels, inner=5):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(inner, channels, 3, 3) * 0.1)
        self.bias = nn.Parameter(torch.zeros(inner))
        self.register_buffer("t", torch.full((inner, 1, 1), 0.05))

    def forward(self, x):
        z = F.relu(F.conv2d(x, self.kernel, self.bias, padding=1))
        return x - 2 * F.conv_transpose2d(self.t * z, self.kernel, padding=1)


class SLLLinear(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inner, width) * 0.01)
        self.bias = nn.Parameter(torch.zeros(inner))
        self.register_buffer("t", torch.full((inner,), 0.05))

    def forward(self, x):
        return x - 2 * (self.t * F.relu(F.linear(x, self.weight, self.bias))) @ self.weight


class LipSimSmall(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(*[SLLConvolution(45) for _ in range(20)])
        self.linears = nn.Sequential(*[SLLLinear(45 * 196, 1024) for _ in range(7)])

    def forward(self, x):
        x = self.convolutions(F.pad(x, (0, 0, 0, 0, 0, 42)))
        for _ in range(2):
            x = F.avg_pool2d(x, 4, 4, divisor_override=4)
        return self.linears(x.flatten(1))[:, :1792]


class C2F2(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 512))

    def forward(self, x):
        return self.layers(x)


SUBJECTS = {
    "resnet18-224": (lambda: torchvision.models.resnet18(num_classes=512), (16, 3, 224, 224)),
    "resnet18-64": (lambda: torchvision.models.resnet18(num_classes=512), (112, 3, 64, 64)),
    "vit-b16": (lambda: timm.create_model("vit_base_patch16_224", pretrained=False, num_classes=0), (8, 3, 224, 224)),
    "lipsim-small": (LipSimSmall, (4, 3, 224, 224)),
    "c2f2-28": (C2F2, (256, 1, 28, 28)),
}


def prepare(work, way, threads, folder):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    subject, *options, kind = work.split(" ")
    build, shape = SUBJECTS[subject]
    layout = torch.channels_last if way == "channels-last" else torch.contiguous_format
    net = build().to(memory_format=layout)
    images = torch.rand(*shape).to(memory_format=layout)

    def embed(x):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in options):
            return net(x).float()

    if kind == "train":
        net.train()
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

        def train():
            optimizer.zero_grad()
            embed(images).square().sum().backward()
            optimizer.step()

        return train

    net.eval()
    for parameter in net.parameters():
        parameter.requires_grad_(False)

    def forward():
        with torch.no_grad():
            embed(images)

    def pgd():
        x = images.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(embed(x).square().sum(), x)
        with torch.no_grad():
            step = x - gradient.sign() / 255
            return torch.min(torch.max(step, images - 1 / 255), images + 1 / 255).clamp(0, 1)

    return {"forward": forward, "pgd": pgd}[kind]
