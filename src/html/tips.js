/*<![CDATA[*/
'use strict';
/* Marks of the roofline under mouse and keyboard: tips, one stop of Tab, links to the rows. */

function showTip(mark, content) {
  const tip = byId('tip'), box = mark.element.getBoundingClientRect();
  tip.replaceChildren(...(content || tipContent(mark.row, mark.rows.length - 1)).filter(Boolean));
  tip.hidden = false;
  const left = box.right + 12 + tip.offsetWidth < innerWidth ? box.right + 12 : Math.max(4, box.left - 12 - tip.offsetWidth);
  const top = Math.max(4, Math.min(box.top, innerHeight - tip.offsetHeight - 4));
  tip.style.left = left + 'px';
  tip.style.top = top + 'px';
}
const hideTip = () => { byId('tip').hidden = true; };

/* One stop of Tab; the arrow keys walk. */
function walk(layer, marks) {
  const byPlace = [...marks].sort((a, b) => a.x - b.x || a.y - b.y);
  const orders = { ArrowRight: [byPlace, 1], ArrowLeft: [byPlace, -1], ArrowDown: [marks, 1], ArrowUp: [marks, -1] };
  marks[0].element.setAttribute('tabindex', 0);
  const go = (mark) => {
    for (const other of layer.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', -1);
    mark.element.setAttribute('tabindex', 0);
    mark.element.focus();
  };
  layer.addEventListener('keydown', (event) => {
    const { mark } = event.target;
    if (!mark) return;
    const [order, step] = orders[event.key] || [];
    if (order) go(order[Math.max(0, Math.min(marks.length - 1, order.indexOf(mark) + step))]);
    else if (event.key === 'Home' || event.key === 'End') go(event.key === 'Home' ? marks[0] : marks[marks.length - 1]);
    else if (event.key === 'Enter' || event.key === ' ') reveal(mark.row);
    else if (event.key === 'Escape') hideTip();
    else return;
    event.preventDefault();
  });
}

function listen(layer) {
  const of = (act) => (event) => { if (event.target.mark) act(event.target.mark); };
  layer.addEventListener('pointerover', of(showTip));
  layer.addEventListener('pointerout', hideTip);
  layer.addEventListener('focusin', of((mark) => { choose(mark.row, 'roof'); showTip(mark); }));
  layer.addEventListener('focusout', hideTip);
  layer.addEventListener('click', of((mark) => { choose(mark.row, 'roof'); reveal(mark.row); }));
}
/*]]>*/
