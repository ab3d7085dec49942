"""The stance network: a cross-encoder over (passage, claim), first token and mean side by side, three logits."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LABEL_COUNT = 3


def load_tokenizer(base: Path, max_length: int) -> "Tokenizer":
    """The base's fast tokenizer for pairs: the passage is cut first, batches are padded to their longest pair."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    pad = next(token for token in ("<pad>", "[PAD]") if tokenizer.token_to_id(token) is not None)
    tokenizer.enable_truncation(max_length, strategy="only_first")
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    return tokenizer


class StanceNet(nn.Module):  # type: ignore[misc]
    """(input ids, attention mask) -> logits for supports, refutes, neutral, shape (batch, 3)."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dense = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(width, LABEL_COUNT)

    @classmethod
    def from_base(cls, base: Path) -> "StanceNet":
        """The network over a pretrained encoder, with a fresh head. Dropout in the encoder is off: one pass does not
        overfit."""
        from transformers import AutoConfig, AutoModel

        config = AutoConfig.from_pretrained(base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        encoder = AutoModel.from_pretrained(base, config=config, add_pooling_layer=False)
        return cls(encoder, int(config.hidden_size))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits, shape (batch, 3)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
        pooled = torch.tanh(self.dense(torch.cat((hidden[:, 0], mean), dim=-1)))
        logits: torch.Tensor = self.head(self.dropout(pooled))
        return logits

    def freeze(self, layers: int) -> None:
        """Leave the embeddings and the lowest `layers` layers as they were pretrained; 0 trains everything."""
        if not layers:
            return
        frozen = [self.encoder.embeddings, *list(self.encoder.encoder.layer)[:layers]]
        for part in frozen:
            for parameter in part.parameters():
                parameter.requires_grad = False

    def parameter_groups(self, rate: float, head_rate: float, decay: float = 0.95) -> list[dict[str, Any]]:
        """AdamW groups: each layer a little slower than the one above it, the head faster."""
        layers = list(self.encoder.encoder.layer)
        groups: list[dict[str, Any]] = [
            {"params": [*self.dense.parameters(), *self.head.parameters()], "lr": head_rate}
        ]
        taken = {id(p) for group in groups for p in group["params"]}
        for depth, layer in enumerate(reversed(layers)):
            groups.append({"params": list(layer.parameters()), "lr": rate * decay**depth})
            taken |= {id(p) for p in layer.parameters()}
        rest = [p for p in self.parameters() if id(p) not in taken]
        groups.append({"params": rest, "lr": rate * decay ** len(layers)})
        for group in groups:
            group["params"] = [p for p in group["params"] if p.requires_grad]
        return [group for group in groups if group["params"]]
