/* Uses the page as a person does; what does not happen is noted in data-failed of the root. Runs in
 * a copy of the page that has no policy (html.sh). The model is ResNet-50 of 122 rows. */
'use strict';
{
  const page = document.documentElement, get = (id) => document.getElementById(id);
  let passed = 0;
  const check = (what, holds) => {
    if (holds) passed++;
    else page.dataset.failed = (page.dataset.failed ? page.dataset.failed + '; ' : '') + what;
  };
  const shownRows = () => [...document.querySelectorAll('#table .row')];
  const columnOf = (name) => [...document.querySelectorAll('#table [role=columnheader]')].findIndex((h) => h.textContent.startsWith(name));
  const cells = (name) => shownRows().map((row) => row.children[columnOf(name)].textContent);
  const head = (name) => document.querySelectorAll('#table [role=columnheader]')[columnOf(name)];
  const press = (where, key) => where.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const ids = () => cells('#').map((id) => Number(id.slice(1)));
  const found = () => get('found').textContent;
  const chosenRow = () => document.querySelector('#table [aria-selected=true]');

  check('starts by share', head('share').getAttribute('aria-sort') === 'descending' && found().startsWith('122 rows'));

  head('#').firstChild.click();
  check('sorts by index', ids().slice(0, 5).join() === '0,1,2,3,4' && head('#').getAttribute('aria-sort') === 'ascending');
  head('#').firstChild.click();
  check('sorts backwards', ids().slice(0, 3).join() === '121,120,119');
  head('bytes').firstChild.click();
  check('numbers sort from large', head('bytes').getAttribute('aria-sort') === 'descending' && cells('bytes')[0] === '9.94 MB');
  head('name').firstChild.click();
  const names = cells('name');
  check('names sort', names.join('\n') === [...names].sort().join('\n') && names.length > 10);

  get('search').value = 'LAYER4 conv2';
  get('search').dispatchEvent(new Event('input'));
  check('searches', found().startsWith('3 of 122 rows') && cells('name').every((name) => name.includes('layer4')));
  check('the roof follows the search', document.querySelectorAll('#roof .point.off').length > 0 && document.querySelectorAll('#roof .point:not(.off)').length > 0);
  get('search').value = 'no such row';
  get('search').dispatchEvent(new Event('input'));
  check('finds nothing', found().startsWith('0 of 122 rows') && shownRows().length === 0);
  get('clear').click();
  check('clears', found().startsWith('122 rows') && get('search').value === '');

  get('by-family').value = 'pool';
  get('by-family').dispatchEvent(new Event('change'));
  check('filters by family', found().startsWith('2 of 122 rows') && cells('op').every((op) => op.endsWith('Pool')));
  check('the legend follows', document.querySelector('[data-family=pool]').getAttribute('aria-pressed') === 'true');
  document.querySelector('[data-family=pool]').click();
  check('the legend filters', found().startsWith('122 rows') && get('by-family').value === '');
  get('by-limiter').value = 'vector';
  get('by-limiter').dispatchEvent(new Event('change'));
  check('filters by limiter', cells('limiter').length > 0 && cells('limiter').every((limiter) => limiter === 'vector'));
  get('clear').click();

  head('#').firstChild.click();
  press(get('table'), 'Home');
  check('Home chooses the first row', chosenRow().textContent.startsWith('#0') && get('detail').textContent.includes('/conv1/Conv'));
  press(get('table'), 'ArrowDown');
  check('down chooses the next', chosenRow().textContent.startsWith('#1') && get('table').getAttribute('aria-activedescendant') === 'row-1');
  press(get('table'), 'End');
  check('End scrolls to the last', chosenRow().textContent.startsWith('#121') && get('table').scrollTop > 1000);

  const stops = [...document.querySelectorAll('#roof .point[tabindex="0"]')];
  check('one stop of Tab', stops.length === 1);
  stops[0].focus();
  const heaviest = get('detail').textContent;
  check('focus shows a tip', !get('tip').hidden && get('tip').textContent.includes('of the time'));
  press(stops[0], 'ArrowDown');
  const next = document.activeElement;
  check('down goes on', next !== stops[0] && next.classList.contains('point') && get('detail').textContent !== heaviest);
  check('the stop moves along', next.getAttribute('tabindex') === '0' && stops[0].getAttribute('tabindex') === '-1');
  press(next, 'End');
  press(document.activeElement, 'Home');
  check('Home is the heaviest', document.activeElement === stops[0]);
  const before = Number(document.activeElement.getAttribute('cx'));
  press(document.activeElement, 'ArrowRight');
  check('right goes right', Number(document.activeElement.getAttribute('cx')) >= before);
  press(document.activeElement, 'Enter');
  check('Enter finds the row', chosenRow() !== null && get('detail').textContent.includes('Counting rule'));
  press(document.activeElement, 'Escape');
  check('Escape hides the tip', get('tip').hidden);

  const memory = document.querySelector('#memory svg');
  memory.focus();
  check('focus goes to the peak of live memory', !get('tip').hidden && get('tip').textContent.includes('9.63 MB alive, 100% of the peak'));
  press(memory, 'Home');
  check('Home is the first row', get('detail').textContent.includes('/conv1/Conv'));
  press(memory, 'ArrowRight');
  check('right is the next row', get('detail').textContent.includes('/relu/Relu'));
  memory.blur();
  check('the memory tip goes', get('tip').hidden);
  check('families are stacked by limiter', document.querySelectorAll('#families .stack .fill[title=memory]').length === 6 &&
    document.querySelectorAll('#families .stack .fill[title=vector]').length === 1);

  const last = [...document.querySelectorAll('#roof .point')].pop();
  last.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
  check('hover shows a tip', !get('tip').hidden && /limited by (memory|vector)/.test(get('tip').textContent));
  last.dispatchEvent(new PointerEvent('pointerout', { bubbles: true }));
  check('and hides it', get('tip').hidden);

  document.querySelector('button[data-theme=dark]').click();
  const dark = getComputedStyle(document.body).backgroundColor;
  document.querySelector('button[data-theme=light]').click();
  check('themes differ', dark !== getComputedStyle(document.body).backgroundColor && page.dataset.theme === 'light');

  window.dispatchEvent(new Event('beforeprint'));
  check('all rows on paper', shownRows().length === 122);
  window.dispatchEvent(new Event('afterprint'));
  check('few on the screen', shownRows().length < 60);
  page.dataset.driven = passed;
}
