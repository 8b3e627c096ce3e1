(() => {
  'use strict';

  // What the reader has set, kept over a reload of this page in this tab.
  const KEY = 'ideal-report ' + location.pathname;
  const RELOAD_MS = 20000;
  const state = { charts: {}, sliders: {}, paused: false, reloading: false, scroll: 0, focus: '' };
  try {
    Object.assign(state, JSON.parse(sessionStorage.getItem(KEY)) || {});
  } catch (e) { /* a browser that keeps nothing for files: the page begins anew */ }
  const save = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(state));
    } catch (e) { /* as above */ }
  };

  const make = (tag, attributes, text) => {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // ---- Sliders: between two pictures, over a photograph, through time ----

  function slider(input) {
    const figure = input.closest('figure');
    const output = figure.querySelector('output');
    const kind = input.dataset.slider;
    const frames = [...figure.querySelectorAll('.frame')];
    const show = () => {
      if (kind === 'frame') {
        frames.forEach((frame, i) => { frame.hidden = i !== +input.value; });
        output.textContent = frames[+input.value].dataset.label;
        input.setAttribute('aria-valuetext', output.textContent);
      } else {
        figure.style.setProperty('--' + kind, kind === 'cover' ? input.value / 100 : input.value + '%');
        output.textContent = input.value + ' %';
      }
    };
    if (kind === 'frame') {
      input.max = frames.length - 1;
      input.disabled = frames.length < 2;
      input.value = frames.length - 1;
    }
    if (state.sliders[input.id] !== undefined && state.reloading) {
      // Through time, the newest stays the newest.
      const { value, last } = state.sliders[input.id];
      input.value = last && kind === 'frame' ? input.max : value;
    }
    input.addEventListener('input', () => {
      state.sliders[input.id] = { value: input.value, last: input.value === input.max };
      show();
      save();
    });
    show();
    if (kind === 'split') figure.querySelectorAll('.stage').forEach(underPointer);
  }

  /** A pointer over a pair moves that pair's own edge. */
  function underPointer(stage) {
    stage.addEventListener('pointermove', event => {
      const box = stage.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      stage.style.setProperty('--split', (100 * share).toFixed(1) + '%');
    });
    stage.addEventListener('pointerleave', () => stage.style.removeProperty('--split'));
  }

  // ---- Charts ----

  const digits = value => {
    if (value == null || !Number.isFinite(value)) return '–';
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2);
    return value.toLocaleString('en-US', { maximumSignificantDigits: size >= 1000 ? 6 : 4 });
  };

  /** 1, 2 and 5 times the powers of ten between two powers; only whole ones where there are many. */
  const logTicks = (min, max) => {
    const ticks = [];
    const steps = max - min > 3 ? [1] : max - min > 0.9 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
    for (let p = Math.floor(min); p <= Math.ceil(max); p++) {
      steps.forEach(m => { const t = p + Math.log10(m); if (t >= min && t <= max) ticks.push(t); });
    }
    return ticks;
  };

  function chart(figure, id) {
    const data = JSON.parse(figure.querySelector('.plot-data').textContent);
    const memory = state.charts[id] = Object.assign({ log: false, hidden: [] },
        state.reloading ? state.charts[id] : {});
    const values = data.series.flatMap(s => s.y.concat(s.pale || [])).filter(v => v != null);
    const canLog = values.length > 0 && values.every(v => v > 0);
    const first = data.x[0];
    const last = data.x[data.x.length - 1];
    const full = [first > 0 && first < last / 4 ? 0 : first, last > first ? last : first + 1];
    const title = figure.querySelector('figcaption strong').textContent;

    const host = make('div', { class: 'plot', tabindex: '0', role: 'group',
      'aria-label': title + ': arrow keys move, plus and minus zoom, 0 shows all' });
    const tools = make('div', { class: 'tools' });
    figure.append(tools, host);
    const keys = [...figure.querySelectorAll('figcaption .key')].map(legend);
    let plot;

    /** A name in the legend becomes a switch with the value under the pointer. */
    function legend(span) {
      const button = make('button', { type: 'button', class: span.className });
      button.append(make('span', {}, span.textContent), make('output', { class: 'value' }));
      button.name = span.textContent;
      span.replaceWith(button);
      const pressed = () => button.setAttribute('aria-pressed', !memory.hidden.includes(button.name));
      button.addEventListener('click', () => {
        memory.hidden = memory.hidden.includes(button.name)
            ? memory.hidden.filter(name => name !== button.name) : memory.hidden.concat(button.name);
        pressed();
        build();
        save();
      });
      pressed();
      return button;
    }

    const scaled = row => memory.log ? row.map(v => v == null ? null : Math.log10(v)) : row;

    function build() {
      const columns = [data.x];
      const series = [{}];
      const owners = [null];
      const line = (s, y, pale) => {
        const stroke = () => colour('--c' + s.colour) + (pale ? '40' : '');
        columns.push(scaled(y));
        series.push({ stroke, width: pale ? 1 : 2, spanGaps: true, show: !memory.hidden.includes(s.name),
          points: { show: !pale && y.filter(v => v != null).length < 3, size: 5, stroke, fill: stroke } });
        owners.push(pale ? null : s);
      };
      data.series.forEach(s => { if (s.pale) line(s, s.pale, true); });
      data.series.forEach(s => { if (s.y.some(v => v != null)) line(s, s.y, false); });
      const soft = () => colour('--soft');
      const axis = { stroke: soft, font: '12px system-ui, sans-serif', ticks: { show: false },
        grid: { stroke: () => colour('--line'), width: 1 } };
      const shownY = memory.log ? t => digits(10 ** t) : digits;
      const [from, to] = memory.zoom || full;
      if (plot) plot.destroy();
      plot = new uPlot({
        width: Math.max(200, host.clientWidth), height: 260,
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 7 } },
        scales: { x: { time: false, range: (u, min, max) => [min, max] },
          y: { range: (u, min, max) => {
            const room = max > min ? 0.04 * (max - min) : 0.5;
            return [min - room, max + room];
          } } },
        axes: [
          Object.assign({}, axis, { grid: { show: false }, size: 30, label: data.xLabel, labelSize: 18, labelGap: 0,
            labelFont: '12px system-ui, sans-serif', values: (u, ticks) => ticks.map(digits) }),
          Object.assign({}, axis, { size: 58, values: (u, ticks) => ticks.map(shownY) },
            memory.log ? { splits: (u, i, min, max) => logTicks(min, max) } : {})],
        series,
        hooks: {
          setCursor: [u => owners.forEach((s, i) => {
            if (!s) return;
            const key = keys.find(button => button.name === s.name);
            const at = u.cursor.idx;
            key.querySelector('output').textContent = at == null ? '' : ' ' + digits(near(s.y, at));
          })],
          setScale: [(u, key) => {
            if (key !== 'x' || u.scales.x.min == null) return;
            const { min, max } = u.scales.x;
            const all = min <= first && max >= last;
            memory.zoom = all ? null : [min, max];
            host.dataset.zoom = all ? '' : min + ' ' + max;
            save();
          }],
        },
      }, columns, host);
      plot.setScale('x', { min: from, max: to });
    }

    /** The value at a place, or the nearest before it: lines have points at different steps. */
    const near = (row, at) => { while (at > 0 && row[at] == null) at--; return row[at]; };

    const show = (min, max) => {
      const wide = Math.min(max - min, full[1] - full[0]);
      const from = Math.max(full[0], Math.min(full[1] - wide, min));
      plot.setScale('x', { min: from, max: from + wide });
    };
    const zoom = factor => {
      const { min, max } = plot.scales.x;
      const half = (max - min) * factor / 2;
      show((min + max) / 2 - half, (min + max) / 2 + half);
    };
    const move = share => {
      const { min, max } = plot.scales.x;
      show(min + share * (max - min), max + share * (max - min));
    };
    const tool = (text, name, action) => {
      const button = make('button', { type: 'button', 'aria-label': name, title: name }, text);
      button.addEventListener('click', action);
      tools.append(button);
      return button;
    };
    tool('+', 'zoom in', () => zoom(0.5));
    tool('−', 'zoom out', () => zoom(2));
    tool('reset', 'reset zoom', () => show(...full));
    if (canLog) {
      const log = tool('log', 'logarithmic scale', () => {
        memory.log = !memory.log;
        log.setAttribute('aria-pressed', memory.log);
        build();
        save();
      });
      log.setAttribute('aria-pressed', memory.log);
    } else {
      memory.log = false;
    }
    const onKey = {
      '+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(2), '0': () => show(...full),
      ArrowLeft: () => move(-0.25), ArrowRight: () => move(0.25),
    };
    host.addEventListener('keydown', event => {
      if (onKey[event.key]) {
        onKey[event.key]();
        event.preventDefault();
      }
    });

    figure.classList.add('live');
    build();
    new ResizeObserver(() => {
      if (host.clientWidth > 0 && host.clientWidth !== plot.width) {
        plot.setSize({ width: host.clientWidth, height: 260 });
      }
    }).observe(host);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw());
  }

  // ---- A run that goes on: look again, and stay where the reader is ----

  function renew() {
    const note = document.querySelector('.running');
    const button = make('button', { type: 'button' });
    let timer;
    const arrange = () => {
      clearTimeout(timer);
      button.textContent = state.paused ? 'go on renewing this page' : 'stop renewing this page';
      if (!state.paused) timer = setTimeout(reload, RELOAD_MS);
    };
    const reload = () => {
      state.reloading = true;
      state.scroll = scrollY;
      state.focus = document.activeElement ? document.activeElement.id : '';
      save();
      location.reload();
    };
    button.addEventListener('click', () => {
      state.paused = !state.paused;
      save();
      arrange();
    });
    note.append(' ', button);
    arrange();
  }

  document.documentElement.classList.add('scripted');
  document.querySelectorAll('input[data-slider]').forEach(slider);
  [...document.querySelectorAll('.plot-data')].forEach((data, i) => {
    try {
      chart(data.closest('figure'), i);
    } catch (e) {
      console.error(e); // the drawing that was there stays
      data.closest('figure').classList.remove('live');
    }
  });
  if (document.body.dataset.running) renew();
  if (state.reloading) {
    scrollTo(0, state.scroll);
    const focused = state.focus && document.getElementById(state.focus);
    if (focused) focused.focus({ preventScroll: true });
    state.reloading = false;
    save();
  }
})();
