"""Families of random cases: images, signals, quantization and learned models."""

import math

import numpy

from maker import MS


def resize(c):
    op = c.choose("Resize", "Resize", "Resize", "Resize", "Upsample", "GridSample", "AffineGrid", "RoiAlign",
                  "MaxRoiPool")
    n, channels, h, w = c.shape(4, 1, 7)
    x = c.data([n, channels, h, w])
    if op == "Upsample":
        c.at(9)
        return c.node(op, [x, c.fixed([1, 1, c.choose(1, 2, 1.5), c.choose(1, 2.7)], "float32")], mode="nearest")
    if op == "GridSample":
        c.at(16, 20)
        return c.node(op, [x, c.data([n, *c.shape(2), 2])], mode=None)
    if op == "AffineGrid":
        c.at(20)
        return c.node(op, [c.data([n, 2, 3]), c.fixed([n, channels, h, w])], align_corners=c.number(0, 1))
    if op == "RoiAlign":
        rois = c.number(1, 3)
        c.at(16)
        return c.node(op, [x, c.fixed([[0, 0, 2, 3]] * rois, "float32"), c.fixed([0] * rois)], output_height=h, output_width=w)
    if op == "MaxRoiPool":
        return c.node(op, [x, c.fixed([[0, 0, 0, 2, 2]] * 2, "float32")], pooled_shape=c.shape(2))
    version = c.at(10, 11, 13, 18, 19)
    mode = c.choose("nearest", "linear") if version < 11 else c.choose("nearest", "linear", "cubic")
    scales = [max(c.choose(0.3, 0.5, 0.6, 1, 1.5, 2, 2.7, 3), 1.01 / size) for size in (h, w)]
    if version == 10:
        return c.node(op, [x, c.fixed([1, 1, *scales], "float32")], mode=mode)
    nothing = c.fixed([], "float32") if version == 11 else None
    if c.often():
        return c.node(op, [x, nothing, c.fixed([1, 1, *scales], "float32")], mode=mode)
    if version >= 18 and c.often():
        return c.node(op, [x, None, None, c.fixed(c.numbers(2, 2, 9))], mode=mode, axes=[2, 3],
                      keep_aspect_ratio_policy=c.choose(None, "not_larger", "not_smaller"),
                      antialias=c.choose(None, 1) if mode != "nearest" else None)
    return c.node(op, [x, nothing, nothing, c.fixed([n, channels, *c.numbers(2, 1, 9)])], mode=mode)


def quantize(c):
    op = c.choose("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearAdd", "QLinearSigmoid",
                  "MatMulIntegerToFloat", "DynamicQuantizeMatMul")
    shape = c.shape(c.number(1, 4))
    axis = c.axis(len(shape))
    c.at(13, 19, 21)
    if op == "DynamicQuantizeLinear":
        return c.node(op, [c.data(shape)], 3)
    dtype, scale = c.choose("uint8", "int8"), c.fixed(0.5, "float32")
    zero = c.fixed(3, dtype)
    if op == "QLinearAdd":
        return c.node(op, [c.data(shape, dtype), scale, zero, c.data(c.under(shape), dtype), scale, zero, scale, zero],
                      domain=MS)
    if op == "QLinearSigmoid":
        return c.node(op, [c.data(shape, dtype), scale, zero, scale, zero], domain=MS)
    m, n, k = c.numbers(3, 1, 6)
    if op == "MatMulIntegerToFloat":
        return c.node(op, [c.data([m, k], "uint8"), c.weight([k, n], "uint8"), scale, scale], domain=MS)
    if op == "DynamicQuantizeMatMul":
        return c.node(op, [c.data([m, k]), c.weight([k, n], "uint8"), scale], domain=MS)
    one = c.often()
    size = [] if one else [shape[axis]]
    points = [c.fixed(numpy.ones(size), "float32"), c.weight(size, dtype)]
    return c.node(op, [c.data(shape, "float32" if op[0] == "Q" else dtype), *points], axis=None if one else axis)


def signal(c):
    op = c.choose("DFT", "DFT", "STFT", "MelWeightMatrix", "Col2Im", "Det", "NegativeLogLikelihoodLoss",
                  "SoftmaxCrossEntropyLoss", "Inverse")
    if op == "DFT":
        shape = [*c.shape(c.number(2, 3), 2, 6), c.choose(1, 2)]
        inverse = c.number(0, 1)
        onesided = c.number(0, 1) if shape[-1] == 1 and not inverse else 0
        length = c.choose(None, c.fixed(c.number(2, 9)))
        if c.at(17, 20) == 17:
            return c.node(op, [c.data(shape), length], axis=1, inverse=inverse, onesided=onesided)
        return c.node(op, [c.data(shape), length, c.choose(None, c.fixed(1), c.fixed(-2))], inverse=inverse,
                      onesided=onesided)
    if op == "STFT":
        frame = c.number(2, 16)
        return c.node(op, [c.data([c.number(1, 2), c.number(16, 64), 1]), c.fixed(c.number(1, 20)),
                           c.choose(None, c.weight([frame])), c.fixed(frame)], onesided=c.number(0, 1))
    if op == "MelWeightMatrix":
        return c.node(op, [c.fixed(c.number(1, 8)), c.fixed(2 * c.number(4, 20)), c.fixed(8192), c.fixed(0, "float32"),
                           c.fixed(4096, "float32")])
    if op == "Col2Im":
        block, image, strides = c.numbers(2, 1, 3), c.numbers(2, 3, 6), c.numbers(2, 1, 2)
        pads = c.numbers(4, 0, 1)
        columns = math.prod((image[k] + pads[k] + pads[k + 2] - block[k]) // strides[k] + 1 for k in range(2))
        c.at(18)
        return c.node(op, [c.data([c.number(1, 2), c.number(1, 3) * math.prod(block), columns]), c.fixed(image),
                           c.fixed(block)], strides=strides, pads=pads)
    if op in ("Det", "Inverse"):
        k = c.number(1, 4)
        eye = numpy.broadcast_to(numpy.eye(k), [*c.shape(c.number(0, 2)), k, k])
        return c.node(op, [c.fixed(eye, "float32")], domain=MS if op == "Inverse" else "")
    n, classes, more = c.number(1, 3), c.number(2, 5), c.shape(c.number(0, 2), 1, 3)
    both = op[0] == "S" and c.often()
    return c.node(op, [c.data([n, classes, *more]), c.data([n, *more], "int64", 0, classes - 1),
                       c.choose(None, c.weight([classes]))], 2 if both else 1,
                  reduction=c.choose("none", "sum", "mean"))


def learned(c):
    rows, features, classes = c.number(1, 4), c.number(1, 5), c.number(2, 4)
    op = c.choose("LinearRegressor", "LinearClassifier", "Scaler", "Normalizer", "Binarizer", "ArrayFeatureExtractor",
                  "OneHotEncoder", "SVMRegressor", "FeatureVectorizer")
    x = c.data([rows, features])
    ml = {"domain": "ai.onnx.ml"}
    if op == "LinearRegressor":
        return c.node(op, [x], targets=classes, coefficients=[0.5] * (classes * features), **ml)
    if op == "LinearClassifier":
        return c.node(op, [x], 2, coefficients=[0.5] * (classes * features), intercepts=[0.0] * classes,
                      classlabels_ints=list(range(classes)), **ml)
    if op == "Scaler":
        return c.node(op, [x], offset=[0.0] * features, scale=[1.0] * features, **ml)
    if op == "ArrayFeatureExtractor":
        return c.node(op, [x, c.fixed(c.numbers(c.number(1, 3), 0, features - 1))], **ml)
    if op == "OneHotEncoder":
        return c.node(op, [c.data(c.shape(c.number(1, 3)), "int64", 0, 1)], cats_int64s=[0, 1, 2], **ml)
    if op == "SVMRegressor":
        return c.node(op, [x], coefficients=[0.5, 0.5], support_vectors=[1.0] * (2 * features), n_supports=2,
                      rho=[0.1], kernel_type="LINEAR", kernel_params=[0.1, 0.0, 3.0], **ml)
    if op == "FeatureVectorizer":
        widths = c.numbers(c.number(1, 3), 1, 4)
        return c.node(op, [c.data([rows, w]) for w in widths], inputdimensions=widths, **ml)
    return c.node(op, [x], **ml)
