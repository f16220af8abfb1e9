"""The architectures that are exported: small inputs and random weights, since shapes need no training.

Each entry of ARCHITECTURES makes (module, arguments by name, {argument: {axis: name}} of what may vary)."""

import torch

IMAGE = {"x": {0: "batch"}}


def image(module, size=64, varying=IMAGE):
    return module.eval(), {"x": torch.randn(2, 3, size, size)}, varying


def vision(name, size=64, varying=IMAGE, **options):
    def make():
        import torchvision
        return image(torchvision.models.get_model(name, weights=None, **options), size, varying)
    return make


class OutputOf(torch.nn.Module):
    """Only the tensor named `key` of what a module returns as a dictionary."""

    def __init__(self, module, key):
        super().__init__()
        self.module, self.key = module, key

    def forward(self, x):
        return self.module(x)[self.key]


def segmentation(name):
    def make():
        import torchvision
        module = torchvision.models.get_model(name, weights=None, weights_backbone=None)
        return image(OutputOf(module, "out"), 64, {"x": {0: "batch", 2: "height", 3: "width"}})
    return make


class Boxes(torch.nn.Module):
    """A detector's boxes, scores, labels and perhaps masks of one image."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        found = self.module([x])[0]
        return tuple(found[key] for key in ("boxes", "scores", "labels", "masks") if key in found)


def detection(name, size, **options):
    def make():
        import torchvision
        module = torchvision.models.get_model(name, weights=None, weights_backbone=None, **options)
        return Boxes(module).eval(), {"x": torch.rand(3, size, size)}, {"x": {1: "height", 2: "width"}}
    return make


def unpasted_masks():
    """Mask R-CNN that leaves its masks as small as they are found: the size of a pasted one is a value."""
    module, inputs, varying = detection("maskrcnn_resnet50_fpn", 128, min_size=128, max_size=160)()
    module.module.transform.postprocess = lambda found, sizes, originals: found
    return module, inputs, varying


class Yolo(torch.nn.Module):
    """A head over a grid of cells: boxes by their centers, a score for each class, the best of which remain."""

    def __init__(self, classes=4, cells=8):
        super().__init__()
        self.body = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3, 4, 1), torch.nn.SiLU(),
                                        torch.nn.Conv2d(16, 32, 3, 2, 1), torch.nn.SiLU())
        self.head = torch.nn.Conv2d(32, 4 + classes, 1)
        rows, columns = torch.meshgrid(torch.arange(cells), torch.arange(cells), indexing="ij")
        self.register_buffer("grid", torch.stack((columns, rows), -1).reshape(-1, 2).float())

    def forward(self, x):
        from torchvision.ops import batched_nms
        found = self.head(self.body(x)).flatten(2).transpose(1, 2)[0]
        centers, extents = found[:, :2].sigmoid() + self.grid, found[:, 2:4].exp()
        boxes = torch.cat((centers - extents / 2, centers + extents / 2), 1)
        scores, labels = found[:, 4:].sigmoid().max(1)
        some = torch.where(scores > 0.5)[0]
        boxes, scores, labels = boxes[some], scores[some], labels[some]
        kept = batched_nms(boxes, scores, labels, 0.45)[:20]
        return boxes[kept], scores[kept], labels[kept]


def yolo():
    return Yolo().eval(), {"x": torch.rand(1, 3, 64, 64)}, {}


def timm_model(name, size=64, **options):
    def make():
        import timm
        return image(timm.create_model(name, pretrained=False, **options), size)
    return make


def tokens(batch=2, length=12, vocabulary=100):
    return torch.randint(1, vocabulary, (batch, length))


TOKENS = {0: "batch", 1: "sequence"}


class Hidden(torch.nn.Module):
    """A transformers model that takes its inputs by name and gives one of its outputs."""

    def __init__(self, module, names, wanted):
        super().__init__()
        self.module, self.names, self.wanted = module, names, wanted

    def forward(self, *inputs):
        return self.module(**dict(zip(self.names, inputs)))[self.wanted]


def named(module, inputs, varying, wanted="last_hidden_state"):
    return Hidden(module, list(inputs), wanted).eval(), inputs, varying


def encoder(kind, options=None, **config):
    def make():
        import transformers
        settings = getattr(transformers, kind + "Config")(vocab_size=100, **config)
        module = getattr(transformers, kind + "Model")(settings, **(options or {}))
        inputs = {"input_ids": tokens(), "attention_mask": torch.ones(2, 12, dtype=torch.long)}
        return named(module, inputs, {name: TOKENS for name in inputs})
    return make


def causal(kind, **config):
    """A decoder without a cache: prefill."""
    def make():
        import transformers
        settings = getattr(transformers, kind + "Config")(vocab_size=100, use_cache=False, **config)
        name = {"GPT2": "GPT2LMHeadModel"}.get(kind, kind + "ForCausalLM")
        inputs = {"input_ids": tokens(), "attention_mask": torch.ones(2, 12, dtype=torch.long)}
        return named(getattr(transformers, name)(settings), inputs, {n: TOKENS for n in inputs}, "logits")
    return make


class Cached(torch.nn.Module):
    """A decoder that takes one token with the keys and values of those before it, and gives them back."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, input_ids, attention_mask, *past):
        from transformers import DynamicCache
        cache = DynamicCache()
        for i in range(len(past) // 2):
            cache.update(past[2 * i], past[2 * i + 1], i)
        out = self.module(input_ids=input_ids, attention_mask=attention_mask, past_key_values=cache)
        present = [t for layer in out.past_key_values.layers for t in (layer.keys, layer.values)]
        return (out.logits, *present)


def llama_decode():
    import transformers
    module = transformers.LlamaForCausalLM(transformers.LlamaConfig(**LLAMA, vocab_size=100))
    inputs = {"input_ids": tokens(2, 1), "attention_mask": torch.ones(2, 10, dtype=torch.long)}
    varying = {"input_ids": {0: "batch"}, "attention_mask": {0: "batch", 1: "total"}}
    for i in range(2):
        for part in ("key", "value"):
            inputs[f"past.{i}.{part}"] = torch.randn(2, 2, 9, 8)
            varying[f"past.{i}.{part}"] = {0: "batch", 2: "past"}
    return Cached(module).eval(), inputs, varying


def t5():
    import transformers
    module = transformers.T5Model(transformers.T5Config(
        vocab_size=100, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, use_cache=False))
    inputs = {"input_ids": tokens(), "decoder_input_ids": tokens(2, 5)}
    return named(module, inputs, {"input_ids": TOKENS, "decoder_input_ids": {0: "batch", 1: "target"}})


def whisper():
    import transformers
    module = transformers.WhisperModel(transformers.WhisperConfig(
        vocab_size=100, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_source_positions=50,
        num_mel_bins=20, use_cache=False, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1))
    inputs = {"input_features": torch.randn(2, 20, 100), "decoder_input_ids": tokens(2, 5),
              "decoder_attention_mask": torch.ones(2, 5, dtype=torch.long)}
    target = {0: "batch", 1: "target"}
    return named(module, inputs, {"input_features": {0: "batch"}, "decoder_input_ids": target,
                                  "decoder_attention_mask": target})


def segformer():
    import transformers
    module = transformers.SegformerForSemanticSegmentation(transformers.SegformerConfig(
        num_labels=5, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32], num_attention_heads=[1, 2, 3, 4],
        decoder_hidden_size=16))
    return named(module, {"pixel_values": torch.randn(2, 3, 64, 64)}, {"pixel_values": {0: "batch"}}, "logits")


def segment_anything():
    import transformers
    vision = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, image_size=64, patch_size=8,
                  window_size=4, global_attn_indexes=[1], mlp_dim=64, output_channels=16, num_pos_feats=8)
    prompt = dict(hidden_size=16, image_size=64, patch_size=8, mask_input_channels=4)
    mask = dict(hidden_size=16, mlp_dim=32, num_hidden_layers=2, num_attention_heads=4, iou_head_hidden_dim=16)
    module = transformers.SamModel(transformers.SamConfig(
        vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=mask))
    inputs = {"pixel_values": torch.randn(2, 3, 64, 64), "input_points": torch.rand(2, 1, 3, 2) * 64}
    return named(module, inputs, {name: {0: "batch"} for name in inputs}, "pred_masks")


class Tagger(torch.nn.Module):
    """A classifier over words: an embedding, a recurrent network in both directions, one score for each class."""

    def __init__(self, kind):
        super().__init__()
        self.words = torch.nn.Embedding(100, 16)
        self.body = getattr(torch.nn, kind)(16, 12, num_layers=2, bidirectional=True, batch_first=True)
        self.head = torch.nn.Linear(24, 5)

    def forward(self, x):
        return self.head(self.body(self.words(x))[0][:, -1])


def tagger(kind):
    return lambda: (Tagger(kind).eval(), {"x": tokens()}, {"x": TOKENS})


class UNet(torch.nn.Module):
    """Two steps down and two up, with what was seen on the way down beside."""

    def __init__(self):
        super().__init__()
        def block(a, b):
            return torch.nn.Sequential(torch.nn.Conv2d(a, b, 3, padding=1), torch.nn.BatchNorm2d(b), torch.nn.ReLU())
        self.down = torch.nn.ModuleList([block(3, 8), block(8, 16)])
        self.middle = block(16, 32)
        self.grow = torch.nn.ModuleList([torch.nn.ConvTranspose2d(32, 16, 2, 2), torch.nn.ConvTranspose2d(16, 8, 2, 2)])
        self.up = torch.nn.ModuleList([block(32, 16), block(16, 8)])

    def forward(self, x):
        seen = []
        for block in self.down:
            x = block(x)
            seen.append(x)
            x = torch.nn.functional.max_pool2d(x, 2)
        x = self.middle(x)
        for grow, block in zip(self.grow, self.up):
            x = block(torch.cat((grow(x), seen.pop()), 1))
        return torch.nn.functional.interpolate(x, scale_factor=2.0, mode="bilinear")


def unet():
    return image(UNet(), 32, {"x": {0: "batch", 2: "height", 3: "width"}})


def clip():
    import transformers
    text = dict(vocab_size=100, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                eos_token_id=2, pad_token_id=1, bos_token_id=0)
    images = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, image_size=32,
                  patch_size=8)
    module = transformers.CLIPModel(transformers.CLIPConfig(text_config=text, vision_config=images,
                                                            projection_dim=16))
    inputs = {"input_ids": tokens(), "pixel_values": torch.randn(3, 3, 32, 32)}
    return named(module, inputs, {"input_ids": TOKENS, "pixel_values": {0: "images"}}, "logits_per_image")


LLAMA = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2)
SMALL = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)

ARCHITECTURES = {
    "resnet50": vision("resnet50"),
    "mobilenet_v3": vision("mobilenet_v3_small"),
    "efficientnet_b0": vision("efficientnet_b0"),
    "densenet121": vision("densenet121"),
    "vgg16_bn": vision("vgg16_bn", 224),
    "swin_t": vision("swin_t"),
    "vit_b_16": vision("vit_b_16", image_size=64),
    "convnext_tiny": vision("convnext_tiny"),
    "lraspp": segmentation("lraspp_mobilenet_v3_large"),
    "ssdlite": detection("ssdlite320_mobilenet_v3_large", 320),
    "faster_rcnn": detection("fasterrcnn_mobilenet_v3_large_320_fpn", 128, min_size=128, max_size=160),
    "mask_rcnn": unpasted_masks,
    "retinanet": detection("retinanet_resnet50_fpn", 128, min_size=128, max_size=160),
    "yolo": yolo,
    "timm_coatnet": timm_model("coatnet_pico_rw_224", 224),
    "timm_mixer": timm_model("mixer_s32_224", 224),
    "timm_maxvit": timm_model("maxvit_rmlp_pico_rw_256", 256),
    "timm_ghostnet": timm_model("ghostnet_100"),
    "bert": encoder("Bert", {"add_pooling_layer": False}, attn_implementation="eager", **SMALL),
    "distilbert": encoder("DistilBert", dim=32, hidden_dim=64, n_layers=2, n_heads=4),
    "gpt2": causal("GPT2", n_embd=32, n_layer=2, n_head=4),
    "llama": causal("Llama", **LLAMA),
    "mistral": causal("Mistral", **LLAMA),
    "llama_decode": llama_decode,
    "t5": t5,
    "whisper": whisper,
    "clip": clip,
    "segformer": segformer,
    "segment_anything": segment_anything,
    "lstm": tagger("LSTM"),
    "gru": tagger("GRU"),
    "unet": unet,
}
