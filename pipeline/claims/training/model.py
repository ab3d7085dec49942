"""The check-worthiness network: an encoder, mean pooling, one logit."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def load_tokenizer(base: Path, max_length: int) -> "Tokenizer":
    """The base's fast tokenizer, set to truncate at `max_length` tokens and pad to the longest of a batch."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_truncation(max_length)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]"), pad_token="[PAD]")  # noqa: S106 -- a word piece
    return tokenizer


class CheckworthyNet(nn.Module):  # type: ignore[misc]
    """(input ids, attention mask) -> one logit a sentence; its sigmoid is the chance that the sentence is worth
    checking."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(width, 1)

    @classmethod
    def from_base(cls, base: Path) -> "CheckworthyNet":
        """The network over a pretrained encoder, with a fresh head."""
        from transformers import AutoModel

        encoder = AutoModel.from_pretrained(base, add_pooling_layer=False)
        return cls(encoder, int(encoder.config.hidden_size))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits, shape (batch,)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
        logits: torch.Tensor = self.head(self.dropout(pooled)).squeeze(-1)
        return logits

    def parameter_groups(self, encoder_rate: float, head_rate: float) -> list[dict[str, Any]]:
        """AdamW groups: the head learns faster than the pretrained encoder."""
        return [
            {"params": list(self.encoder.parameters()), "lr": encoder_rate},
            {"params": list(self.head.parameters()), "lr": head_rate},
        ]
