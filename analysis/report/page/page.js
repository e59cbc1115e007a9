// Draws the charts and answers to pointer, keys and buttons.
const by_id = id => document.getElementById(id);
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter(child => child !== null));
  return element;
};

// A sample of a line or a square, as it stands beside a name.
function swatch({colour, dash}) {
  const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  sample.setAttribute('viewBox', '0 0 26 12');
  sample.setAttribute('class', 'swatch');
  sample.setAttribute('aria-hidden', 'true');
  sample.innerHTML = dash
    ? `<path d="M0 6H26" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash[1] ? dash : 'none'}"/>`
    : `<rect width="14" height="12" x="6" fill="${colour}"/>`;
  return sample;
}
const case_swatch = index => swatch({colour: case_colour(index), dash: case_dash(index)});

// ---- the box that shows values ------------------------------------------------------------------
const box = by_id('reading');

// What a row of the box is about: a case, a stage, or a name of its own.
function named(row) {
  if (row.name !== undefined) return [row.name];
  if (row.stage !== undefined)
    return [swatch({colour: stage_colour(row.stage)}), report.stages.names[row.stage]];
  return [case_swatch(row.case), report.cases[row.case]];
}

function fill_box({title, columns, rows}) {
  const head = columns
    ? [make('tr', {}, make('td'), ...columns.map(column => make('th', {scope: 'col'}, column)))]
    : [];
  const body = rows.map(row =>
    make(
      'tr',
      {},
      make('th', {scope: 'row'}, ...named(row)),
      ...(row.cells ?? [row.text]).map(cell => make('td', {}, cell)),
    ),
  );
  box.replaceChildren(
    ...(title ? [make('p', {}, title)] : []),
    make('table', {}, ...head, ...body),
  );
}

// Beside the point, inside the window.
function show_box(content, left, top) {
  fill_box(content);
  box.hidden = false;
  const {width, height} = box.getBoundingClientRect();
  const right_of = left + 16 + width < document.documentElement.clientWidth;
  box.style.left = `${Math.max(4, right_of ? left + 16 : left - 16 - width)}px`;
  box.style.top = `${Math.max(4, Math.min(top + 16, window.innerHeight - height - 4))}px`;
}
const hide_box = () => {
  box.hidden = true;
};

// ---- figures ------------------------------------------------------------------------------------
const figures = new Map();

// A colour as the page shows it now, where variables do not reach.
function with_colours(text) {
  const probe = document.body.appendChild(make('span'));
  const colours = {};
  const plain = text.replace(/var\((--[a-z0-9-]+)\)/g, (all, name) => {
    if (!colours[name]) {
      probe.style.color = all;
      colours[name] = getComputedStyle(probe).color;
    }
    return colours[name];
  });
  probe.remove();
  return plain;
}

const compiled = spec => vega.parse(vegaLite.compile({...spec, config: look}).spec);

class Figure {
  constructor(element) {
    this.id = element.dataset.chart;
    this.element = element;
    this.chart = charts[this.id];
    this.place = element.querySelector('.chart');
    this.choice = {};
    this.picked = null;
    for (const option of this.chart.options?.() ?? []) this.choice[option.name] = option.values[0];
    this.add_tools();
    if (this.chart.readings) this.follow();
  }

  state(extra = {}) {
    const has = new Set(this.chart.cases());
    const cases = this.chart.all_at_first && !is_chosen ? all_cases : shown_cases;
    const shown = cases.filter(index => has.has(index));
    const width = Math.max(
      200,
      this.place.clientWidth - (this.chart.left?.(shown) ?? axis_room) - 30,
    );
    return {...this.choice, shown, width, legend: false, ...extra};
  }

  // `drawn` is settled when it is there.
  draw() {
    return (this.drawn = this.draw_now());
  }

  async draw_now() {
    const state = this.state();
    this.view?.finalize();
    if (!state.shown.length) return this.place.replaceChildren(make('p', {}, 'No case is chosen.'));
    try {
      this.view = new vega.View(compiled(this.chart.spec(state)), {
        renderer: 'svg',
        container: this.place,
        logLevel: vega.Warn,
      });
      this.view.tooltip((handler, event, item, value) => {
        if (value?.rows) show_box(value, event.clientX, event.clientY);
        else if (!this.chart.readings) hide_box();
      });
      await this.view.signal('picked', this.picked).runAsync();
    } catch (error) {
      this.place.replaceChildren(
        make('p', {class: 'failed'}, `This chart failed: ${error.message}`),
      );
      throw error;
    }
    this.draw_legend(state);
  }

  add_tools() {
    this.legend = make('div', {class: 'legend', role: 'group', 'aria-label': 'Single out'});
    const selects = (this.chart.options?.() ?? [])
      .filter(option => option.values.length > 1)
      .map(option =>
        make(
          'label',
          {},
          option.label,
          ' ',
          make(
            'select',
            {
              'data-option': option.name,
              onchange: event => {
                this.choice[option.name] = event.target.value;
                this.draw();
              },
            },
            ...option.values.map(value => make('option', {value}, value)),
          ),
        ),
      );
    const save = (kind, action) =>
      make(
        'button',
        {type: 'button', 'data-save': kind, title: `Save this chart as ${kind}`, onclick: action},
        kind,
      );
    this.element.querySelector('.tools').append(
      ...selects,
      this.legend,
      make(
        'span',
        {class: 'save'},
        save('SVG', () => this.save_svg()),
        save('PNG', () => this.save_png()),
      ),
    );
  }

  draw_legend({shown}) {
    const entries =
      this.chart.legend?.() ??
      shown.map(index => ({
        name: report.cases[index],
        colour: case_colour(index),
        dash: case_dash(index),
      }));
    if (!entries.some(entry => entry.name === this.picked)) this.pick(null);
    const button = entry =>
      make(
        'button',
        {
          type: 'button',
          'aria-pressed': String(this.picked === entry.name),
          onclick: () => this.pick(this.picked === entry.name ? null : entry.name),
        },
        swatch(entry),
        entry.name,
      );
    this.legend.replaceChildren(...entries.map(button));
  }

  pick(name) {
    this.picked = name;
    for (const button of this.legend.children)
      button.setAttribute('aria-pressed', String(button.textContent === name));
    return (this.drawn = this.view.signal('picked', name).runAsync());
  }

  // Values under the pointer, or step by step with the arrow keys.
  follow() {
    Object.entries({
      tabindex: 0,
      role: 'group',
      'aria-label': `${this.element.dataset.title}: the arrow keys read values`,
    }).forEach(([key, value]) => this.place.setAttribute(key, value));
    this.place.addEventListener('pointermove', event =>
      this.read_at(this.nearest(event), event.clientX, event.clientY),
    );
    this.place.addEventListener('pointerleave', () => this.stop_reading());
    this.place.addEventListener('blur', () => this.stop_reading());
    this.place.addEventListener('keydown', event => {
      const step = {ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10}[event.key];
      if (event.key === 'Escape') this.stop_reading();
      if (!step) return;
      event.preventDefault();
      const readings = this.chart.readings(this.state());
      const now = readings.indexOf(this.view.signal('reading'));
      const next = now < 0 ? 0 : Math.max(0, Math.min(readings.length - 1, now + step));
      const {left, top} = this.place.getBoundingClientRect();
      this.read_at(
        readings[next],
        left + this.view.origin()[0] + this.scale()(readings[next]),
        Math.max(0, top),
      );
    });
  }

  scale() {
    return this.view.scale(this.chart.x_scale ?? 'x');
  }

  nearest(event) {
    const offset = event.clientX - this.place.getBoundingClientRect().left - this.view.origin()[0];
    const [from, to] = this.scale().range();
    if (offset < from - 8 || offset > to + 8) return null;
    const distance = value => Math.abs(this.scale()(value) - offset);
    return this.chart
      .readings(this.state())
      .reduce((best, value) => (distance(value) < distance(best) ? value : best));
  }

  read_at(value, left, top) {
    if (value === null) return this.stop_reading();
    this.view.signal('reading', value).run();
    show_box(this.chart.reading(this.state(), value), left, top);
  }

  stop_reading() {
    if (this.view.signal('reading') !== null) this.view.signal('reading', null).run();
    hide_box();
  }

  // With a legend of its own, and colours that stand alone.
  detached() {
    const spec = JSON.parse(
      with_colours(JSON.stringify({...this.chart.spec(this.state({legend: true})), config: look})),
    );
    spec.config.background = getComputedStyle(document.body).backgroundColor;
    spec.config.padding = 12;
    const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), {renderer: 'none'});
    return view.signal('picked', this.picked);
  }
  save(address, suffix) {
    make('a', {href: address, download: `${report.name}-${this.id}.${suffix}`}).click();
  }
  async svg() {
    return this.detached().toSVG();
  }
  async save_svg() {
    this.save(URL.createObjectURL(new Blob([await this.svg()], {type: 'image/svg+xml'})), 'svg');
  }
  async save_png() {
    this.save(await this.detached().toImageURL('png', 2), 'png');
  }
}

const draw_all = () => Promise.all([...figures.values()].map(figure => figure.draw()));

// ---- which cases, and which colours ----------------------------------------------------------------
const most_at_first = 8;
const all_cases = report.cases.map((_, index) => index);
let shown_cases = all_cases.slice(0, most_at_first);
let is_chosen = false; // by the reader

// Only where there are too many to draw at once.
function add_case_picker() {
  const place = by_id('cases');
  if (!place || report.cases.length <= most_at_first) return;
  const boxes = report.cases.map((name, index) => {
    const input = make('input', {
      type: 'checkbox',
      onchange: () => choose(boxes.flatMap((one, i) => (one.checked ? [i] : []))),
    });
    input.checked = shown_cases.includes(index);
    place.querySelector('.boxes').append(make('label', {}, input, case_swatch(index), name));
    return input;
  });
  const choose = indices => {
    shown_cases = indices;
    is_chosen = true;
    boxes.forEach((one, index) => {
      one.checked = indices.includes(index);
    });
    return draw_all();
  };
  place
    .querySelector('[data-choose="all"]')
    .addEventListener('click', () => choose(all_cases));
  place.querySelector('[data-choose="none"]').addEventListener('click', () => choose([]));
  place.hidden = false;
}

function add_theme_switch() {
  const themes = ['automatic', 'light', 'dark'];
  const button = by_id('theme');
  button.hidden = false;
  button.addEventListener('click', () => {
    const next =
      themes[
        (themes.indexOf(document.documentElement.dataset.theme ?? 'automatic') + 1) % themes.length
      ];
    document.documentElement.dataset.theme = next;
    button.textContent = `Theme: ${next}`;
  });
}

function redraw_when_resized() {
  let width = document.body.clientWidth,
    timer;
  window.addEventListener('resize', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.body.clientWidth === width) return;
      width = document.body.clientWidth;
      draw_all();
    }, 150);
  });
}

add_theme_switch();
add_case_picker();
document
  .querySelectorAll('figure[data-chart]')
  .forEach(element => figures.set(element.dataset.chart, new Figure(element)));
redraw_when_resized();
// For tests, and for whoever opens the console.
window.faultpath = {
  report,
  figures,
  ready: draw_all().then(() => {
    document.documentElement.dataset.ready = 'yes';
  }),
};
