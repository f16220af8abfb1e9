/*<![CDATA[*/
'use strict';
/* Logarithmic axes, and how lines and text are drawn on them. */

const LABEL = 12;
const measuring = document.createElement('canvas').getContext('2d');

function textWidth(text) {
  measuring.font = LABEL + 'px system-ui, sans-serif';
  return measuring.measureText(text).width * 1.04;
}

/* As wide as there is room, so that text keeps its size. */
const figureWidth = (id) => Math.max(340, Math.min(760, byId(id).clientWidth || 460));

function range(values, before, after) {
  const usable = values.filter((v) => v > 0 && Number.isFinite(v));
  const low = usable.length ? usable.reduce((a, b) => Math.min(a, b)) : 1;
  const high = usable.length ? usable.reduce((a, b) => Math.max(a, b)) : 10;
  return { low: Math.log10(low) - before, high: Math.log10(high) + after };
}

function scale({ low, high }, start, end) {
  const to = (value) => start + (Math.log10(value) - low) / (high - low) * (end - start);
  return { to, low: 10 ** low, high: 10 ** high, start, end };
}

function decades({ low, high }) {
  const list = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) list.push(e);
  return list;
}

/* A power of ten, without the digits of a measured value. */
function powerOfTen(e, unit = '') {
  if (e < 0 && e > -4 && !unit) return (10 ** e).toFixed(-e);
  return si(10 ** e, unit).replace(/\.0+/, '');
}

const within = (axis, value) => value >= axis.low && value <= axis.high;
const line = (name, x1, y1, x2, y2) => svg('line', { class: name, x1, y1, x2, y2 });

function text(x, y, words, anchor = 'start', name = '') {
  return svg('text', { x, y, 'text-anchor': anchor, class: name }, words);
}

function drawAxes(layer, x, y, integers) {
  for (const e of decades(x)) {
    for (let k = 1; k < 10; k++)
      if (within(x, k * 10 ** e)) layer.append(line(k > 1 ? 'grid fine' : 'grid', x.to(k * 10 ** e), y.start, x.to(k * 10 ** e), y.end));
    if (within(x, 10 ** e)) layer.append(text(x.to(10 ** e), y.start + 17, powerOfTen(e), 'middle', 'faint'));
  }
  for (const e of decades(y)) {
    for (let k = 1; k < 10; k++)
      if (within(y, k * 10 ** e)) layer.append(line(k > 1 ? 'grid fine' : 'grid', x.start, y.to(k * 10 ** e), x.end, y.to(k * 10 ** e)));
    if (within(y, 10 ** e)) layer.append(text(x.start - 8, y.to(10 ** e) + 4, powerOfTen(e), 'end', 'faint'));
  }
  layer.append(svg('path', { class: 'axis', d: `M${x.start} ${y.end}V${y.start}H${x.end}` }),
    text((x.start + x.end) / 2, y.start + 35, 'operational intensity, FLOP/byte', 'middle'),
    svg('text', { transform: `translate(${x.start - 50} ${(y.start + y.end) / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      integers ? 'attainable FLOP/s (integers: OP/s)' : 'attainable FLOP/s'));
}
/*]]>*/
