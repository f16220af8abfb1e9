/*<![CDATA[*/
'use strict';
/* Labels of the roofline: beside lines, along the slope, beside points; each at the cheapest of some
 * places. */

function crowd() {
  const boxes = [];
  return {
    add(left, top, right, bottom, cost = 1) { boxes.push({ left, top, right, bottom, cost }); },
    addLine(x0, y0, x1, y1, cost = 1) {
      const n = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 8));
      for (let i = 0; i <= n; i++) {
        const x = x0 + (x1 - x0) * i / n, y = y0 + (y1 - y0) * i / n;
        this.add(x - 3, y - 3, x + 3, y + 3, cost);
      }
    },
    cost(left, top, right, bottom) {
      let sum = 0;
      for (const b of boxes) {
        const w = Math.min(right, b.right) - Math.max(left, b.left), h = Math.min(bottom, b.bottom) - Math.max(top, b.top);
        if (w > 0 && h > 0) sum += b.cost * (10 + w * h);
      }
      return sum;
    },
  };
}

function labelCeiling(layer, taken, c, x, y) {
  const words = c.name + ': ' + si(c.value, c.unit) + ', ' + c.source, width = textWidth(words), at = y.to(c.value);
  let best = { cost: Infinity };
  const offsets = [-6, 15, -22, 31, -38];
  for (let i = 0; i < 60; i++) {
    const right = x.end - 6 - 45 * Math.floor(i / 5), base = at + offsets[i % 5];
    const short = right - width < x.to(Math.max(c.from || 0, x.low)) ? 4000 : 0;
    const cost = taken.cost(right - width, base - 11, right, base + 3) + 3 * i + short + (c.beside || i % 5 === 0 ? 0 : 12) + (base < y.end + 12 ? 1e5 : 0);
    if (cost < best.cost) best = { cost, right, base };
  }
  taken.add(best.right - width, best.base - 12, best.right, best.base + 4, 4);
  layer.append(text(best.right, best.base, words, 'end', c.beside ? 'halo faint' : 'halo'));
}

function labelSlope(layer, taken, slope, ends, angle) {
  const words = slope.name + ': ' + si(slope.value, 'B/s') + ', ' + slope.source, width = textWidth(words);
  const length = Math.hypot(ends.x1 - ends.x0, ends.y1 - ends.y0), dx = Math.cos(angle), dy = Math.sin(angle);
  let best = { cost: Infinity };
  for (let i = 0; i < 24; i++) {
    const along = width / 2 + 12 + (length - width - 24) * (i >> 1) / 12, off = i % 2 ? 16 : -7;
    const x = ends.x0 + dx * along - dy * off, y = ends.y0 + dy * along + dx * off;
    let cost = Math.abs((i >> 1) - 5) * 6 + (i % 2 ? 10 : 0);
    for (let t = -width / 2; t <= width / 2; t += 10) cost += taken.cost(x + dx * t - 5, y + dy * t - 9, x + dx * t + 5, y + dy * t + 1);
    if (cost < best.cost) best = { cost, x, y };
  }
  for (let t = -width / 2; t <= width / 2; t += 10)
    taken.add(best.x + dx * t - 7, best.y + dy * t - 12, best.x + dx * t + 7, best.y + dy * t + 3, 4);
  layer.append(svg('text', { class: slope.beside ? 'halo faint' : 'halo', 'text-anchor': 'middle',
    transform: `translate(${best.x} ${best.y}) rotate(${angle * 180 / Math.PI})` }, words));
}

/* Beside a disc, with a leader where that is not near. */
function labelDisc(layer, taken, words, cx, cy, radius, frame) {
  const width = textWidth(words);
  let best = { cost: Infinity };
  for (const away of [5, 16, 32, 54, 84, 120]) {
    for (let i = 0; i < 16; i++) {
      const angle = i * Math.PI / 8, x = cx + Math.cos(angle) * (radius + away), y = cy + Math.sin(angle) * (radius + away);
      const end = Math.cos(angle) < -0.01, left = end ? x - width : x, top = y - 8;
      const outside = left < frame.x.start + 4 || left + width > frame.x.end - 4 || top < frame.y.end + 2 || top + 16 > frame.y.start - 2;
      let cost = taken.cost(left - 2, top, left + width + 2, top + 16) + away * 2.5 + (outside ? 1e6 : 0) + (i % 4 ? 0 : -2);
      for (let r = 8; r < away && cost < best.cost; r += 6) {
        const lx = cx + Math.cos(angle) * (radius + r), ly = cy + Math.sin(angle) * (radius + r);
        cost += taken.cost(lx - 1, ly - 1, lx + 1, ly + 1) * 0.5;
      }
      if (cost < best.cost) best = { cost, x, y, left, top, end, away };
    }
  }
  if (best.cost > 9e5) return;
  taken.add(best.left - 3, best.top - 1, best.left + width + 3, best.top + 17, 6);
  if (best.away > 6) {
    const angle = Math.atan2(best.y - cy, best.x - cx);
    const from = [cx + Math.cos(angle) * radius, cy + Math.sin(angle) * radius];
    layer.append(line('leader', from[0], from[1], best.x, best.y));
    taken.addLine(from[0], from[1], best.x, best.y, 2);
  }
  layer.append(text(best.x + (best.end ? -2 : 2), best.y + 4, words, best.end ? 'end' : 'start', 'halo'));
}

/* What the names of all begin with, up to a slash. */
function commonScope(names) {
  let scope = names.length > 1 ? names[0].slice(0, names[0].lastIndexOf('/') + 1) : '';
  while (scope && !names.every((name) => name.startsWith(scope) && name.length > scope.length))
    scope = scope.slice(0, scope.lastIndexOf('/', scope.length - 2) + 1);
  return scope;
}

function labelPoints(layer, taken, marks, frame) {
  const heavy = marks.slice(0, frame.x.end > 700 ? 8 : 4).filter((mark) => mark.share >= 0.01 || mark.share >= marks[0].share / 2);
  const scope = commonScope(heavy.map(({ row }) => row.node.name));
  for (const mark of heavy) {
    const name = mark.row.node.name ? mark.row.node.name.slice(scope.length) : mark.row.node.op + ' ' + mark.row.node.id;
    const more = mark.rows.length > 1 ? ' +' + (mark.rows.length - 1) : '';
    labelDisc(layer, taken, shown(name, 34) + more + ' \u00b7 ' + percent(mark.share), mark.x, mark.y, mark.radius, frame);
  }
}
/*]]>*/
