"""What is known to leave no trace: calls, decorators and base classes of libraries, by their
qualified names.

A name stands here only if calling it (decorating with it, deriving from it) with plain data gives
a new object and changes nothing else. What is missing costs a rerun too many; what stood here
wrongly could cost a right number.
"""

import builtins
import sys

BUILTINS = {
    f"builtins.{name}"
    for name in (
        *("abs", "bool", "bytes", "complex", "dict", "divmod", "float", "frozenset", "int", "len"),
        *("list", "max", "min", "pow", "range", "round", "set", "slice", "sorted", "str", "sum"),
        *("tuple", "ord", "chr", "hex", "bin", "repr"),
    )
}
DTYPES = ("bfloat16", "bool_", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")
MOST = 2  # arguments of a method; NumPy's take an array to write to behind these
UNARY = (  # a second argument would be written to
    *("cos", "deg2rad", "degrees", "exp", "log", "log10", "log2", "rad2deg", "radians", "sin"),
    *("sqrt", "tan", "tanh"),
)
JOINING = ("concatenate", "hstack", "stack", "vstack")
NUMPY = (
    *(*UNARY, *JOINING, *DTYPES, "arange", "array", "asarray", "diff", "eye", "full", "geomspace"),
    *("identity", "linspace", "logspace", "meshgrid", "ones", "zeros"),
)
CALLS = {
    *BUILTINS,
    *(f"{module}.{name}" for module in ("numpy", "jax.numpy") for name in NUMPY),
    *(f"math.{name}" for name in ("cos", "exp", "log", "log10", "log2", "radians", "sin", "sqrt")),
    *("jax.random.PRNGKey", "jax.random.fold_in", "jax.random.key", "jax.random.split"),
    *(f"optax.{name}" for name in ("adam", "adamw", "lion", "nadam", "rmsprop", "sgd")),
    *("pathlib.Path", "pathlib.PurePath", "re.compile", "fractions.Fraction", "datetime.date"),
    *("types.MappingProxyType", "types.SimpleNamespace", "typing.TypeVar", "typing.ParamSpec"),
}
NUMBERS = (  # what gives numbers and texts, or arrays of these
    *("numpy.", "jax.", "math.", "pathlib.", "fractions.", "datetime.", "re."),
    *(f"builtins.{name}" for name in ("abs", "bool", "complex", "float", "int", "len", "range")),
    *(f"builtins.{name}" for name in ("round", "str", "bytes", "ord", "chr", "hex", "bin")),
)
LIBRARIES = {  # whose import changes nothing that others see
    *(sys.stdlib_module_names - {"antigravity", "this"}),
    *("PIL", "chex", "einops", "equinox", "flax", "h5py", "jax", "jaxlib", "jaxtyping"),
    *("livedeck", "matplotlib", "mpl_toolkits", "networkx", "numpy", "optax", "orbax", "pandas"),
    *("scipy", "skimage", "sklearn", "sympy", "threadpoolctl", "tqdm", "typing_extensions"),
}
METHODS = {  # of strings, numbers, containers, arrays and paths, none of which changes its object
    *("astype", "capitalize", "copy", "count", "encode", "endswith", "format", "get", "index"),
    *("items", "join", "joinpath", "keys", "lower", "lstrip", "max", "mean", "min", "ravel"),
    *("removeprefix", "removesuffix", "replace", "reshape", "rstrip", "split", "splitlines"),
    *("startswith", "strip", "sum", "title", "tolist", "union", "upper", "values", "with_name"),
    *("with_suffix", "zfill"),
}
WRAPPERS = {  # what makes a function of a function, or fills in a class
    *("builtins.classmethod", "builtins.property", "builtins.staticmethod", "typing.final"),
    "typing.override",
    *("abc.abstractmethod", "contextlib.contextmanager", "dataclasses.dataclass"),
    *("functools.cache", "functools.cached_property", "functools.lru_cache", "functools.partial"),
    *("functools.wraps", "operator.attrgetter", "operator.itemgetter", "flax.nnx.jit"),
    *("flax.nnx.value_and_grad", "flax.nnx.grad", "flax.nnx.vmap", "flax.nnx.remat"),
    *(f"jax.{name}" for name in ("jit", "vmap", "grad", "value_and_grad", "checkpoint", "remat")),
    *(f"jax.{name}" for name in ("custom_jvp", "custom_vjp", "hessian", "jacfwd", "jacrev")),
}
BASES = {
    *(f"builtins.{n}" for n, kind in vars(builtins).items() if isinstance(kind, type)),
    *(f"typing.{name}" for name in ("NamedTuple", "Protocol", "Generic", "TypedDict")),
    *(f"enum.{name}" for name in ("Enum", "Flag", "IntEnum", "IntFlag", "StrEnum")),
    *("abc.ABC", "flax.nnx.Module", "flax.linen.Module"),
}
CONSTANTS = {
    *(f"{module}.{name}" for module in ("math", "numpy", "jax.numpy") for name in ("pi", "e")),
    *(f"{module}.{name}" for module in ("math", "numpy", "jax.numpy") for name in ("inf", "nan")),
    *("math.tau", "numpy.newaxis", "jax.numpy.newaxis"),
    *(f"{module}.{name}" for module in ("numpy", "jax.numpy") for name in DTYPES),
    *(
        f"re.{name}"
        for name in ("A", "DOTALL", "I", "IGNORECASE", "M", "MULTILINE", "S", "VERBOSE")
    ),
}
TYPES = {
    *(f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple", "type")),
    *(f"typing.{name}" for name in ("Annotated", "Callable", "ClassVar", "Final", "Literal")),
    *(f"typing.{name}" for name in ("Optional", "Sequence", "TypeAlias", "Union", "Any")),
    *(f"collections.abc.{name}" for name in ("Callable", "Iterable", "Iterator", "Mapping")),
    *("collections.abc.Sequence", "numpy.ndarray", "numpy.typing.NDArray", "jax.Array"),
    *(f"jaxtyping.{name}" for name in ("Array", "Bool", "Complex", "Float", "Int", "Integer")),
    *(f"jaxtyping.{name}" for name in ("Key", "Num", "PRNGKeyArray", "PyTree", "Shaped", "UInt")),
}


def most(function: str | None) -> int:
    """The arguments up to which none is an array to write to."""
    name = str(function).rpartition(".")[2]
    return 1 if name in UNARY else MOST if name in JOINING else len(NUMPY)
