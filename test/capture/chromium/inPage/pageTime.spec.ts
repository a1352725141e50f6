import { expect } from 'chai';
import { useTestPages } from '../../../support/testPage';

/** One of everything that moves by itself, and where each of them is at the frame: 100 pixels for each second. */
const MOVING = `
<style>
  @keyframes go { to { transform: translateX(400px) } }
  i { position: absolute; left: 0; width: 9px; height: 9px; background: red }
  #css { animation: go 4s linear forwards }
  #alternate { animation: go 4s linear -2s infinite alternate }
  #transition { transition: transform 2s linear }
</style>
<i id="css"></i><i id="alternate"></i><i id="transition"></i><i id="waapi"></i><i id="raf"></i><i id="interval"></i>
<i id="date"></i><i id="timeout"></i><i id="idle"></i><div id="host" style="position: absolute; left: 0"></div>
<svg style="position: absolute; left: 0" width="400" height="9"><rect width="9" height="9">
  <animate attributeName="x" from="0" to="400" dur="4s"/></rect></svg>
<script>
  const to = (id, x) => { document.getElementById(id).style.transform = 'translateX(' + x + 'px)' };
  waapi.animate([{ transform: 'none' }, { transform: 'translateX(400px)' }], { duration: 4000 });
  (function loop(time) { to('raf', time / 10); requestAnimationFrame(loop) })(0);
  let ticks = 0;
  setInterval(() => to('interval', ticks += 10), 100);
  const began = new Date();
  (function again() { to('date', (Date.now() - began) / 10); setTimeout(again, 50) })();
  setTimeout(() => { to('timeout', 50); setTimeout(() => to('timeout', performance.now() / 10), 500) }, 500);
  setTimeout(() => to('transition', 200), 500);
  requestIdleCallback(({ timeRemaining }) => to('idle', timeRemaining()));
  const shadow = host.attachShadow({ mode: 'closed' });
  shadow.innerHTML = '<style>@keyframes go { to { transform: translateX(400px) } }' +
    'b { display: block; width: 9px; height: 9px; animation: go 4s linear }</style><b></b>';
  const x = (element) => Math.round(element.getBoundingClientRect().x * 1000) / 1000;
  window.places = () => ({
    ...Object.fromEntries([...document.querySelectorAll('i')].map((one) => [one.id, x(one)])),
    smil: Math.round(document.querySelector('rect').x.animVal.value * 1000) / 1000,
    shadow: x(shadow.querySelector('b')),
  });
</script>`;

/** Counts what happens to it, without ever asking for a frame. */
const EVENTFUL = `
<style>
  @keyframes go { to { transform: translateX(100px) } }
  i { position: absolute; left: 0; width: 9px; height: 9px }
  #first { animation: go 1s linear 0.25s forwards }
  .second { animation: go 1s linear forwards }
</style>
<i id="first"></i><i id="next"></i><i id="last"></i>
<script>
  window.log = [];
  const note = (what) => log.push(what + ' at ' + performance.now());
  for (const type of ['animationstart', 'animationend']) first.addEventListener(type, () => note(type));
  first.addEventListener('animationend', () => next.classList.add('second'));
  next.addEventListener('animationend', (event) => {
    note(event.animationName + ' ' + event.elapsedTime);
    const animation = last.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 500, fill: 'both' });
    animation.onfinish = () => note('finish');
    animation.finished.then(() => note('finished'));
  });
</script>`;

describe('The time of a page', () => {
  const open = useTestPages();

  it('is that of an AudioContext, which plays nothing', async () => {
    const page = await open(`<script>
      window.log = [];
      const context = new AudioContext();
      context.onstatechange = () => log.push(context.state + ' at ' + context.currentTime);
      setTimeout(() => context.suspend(), 1000);
      setTimeout(() => context.resume().then(() => log.push('resumed')), 3000);
      window.told = () => [context.currentTime, context.state, context instanceof AudioContext].join(' ');
    </script>`);
    await page.seek(0);
    const told = [await page.evaluate('told()')];
    for (const frame of [5, 20, 40]) {
      await page.seek(frame);
      told.push(await page.evaluate('told()'));
    }
    expect(told).to.deep.equal(['0 running true', '0.5 running true', '1 suspended true', '2 running true']);
    expect(await page.evaluate('log')).to.deep.equal([
      'running at 0',
      'suspended at 1',
      'running at 1',
      'resumed',
    ]);
  });

  it('stands still at 0 until the first frame', async () => {
    const page = await open(MOVING);
    await page.seek(0);
    const places = await page.evaluate('places()');
    const expected = {
      css: 0,
      waapi: 0,
      raf: 0,
      interval: 0,
      date: 0,
      transition: 0,
      timeout: 0,
      smil: 0,
      shadow: 0,
    };
    expect(places).to.include(expected);
    expect(places.alternate).to.equal(200);
  });

  it('moves everything that a browser animates to the time of a frame', async () => {
    const page = await open(MOVING);
    await page.seek([0, 10]);
    expect(await page.evaluate('places()')).to.deep.equal({
      ...{
        css: 100,
        alternate: 300,
        transition: 50,
        waapi: 100,
        raf: 100,
        interval: 100,
        date: 100,
        timeout: 100,
      },
      ...{ idle: 50, smil: 100, shadow: 100 },
    });
    await page.seek(30);
    const places = await page.evaluate('places()');
    expect(places).to.include({
      css: 300,
      alternate: 300,
      transition: 200,
      waapi: 300,
      raf: 300,
      interval: 300,
    });
    expect(places).to.include({ date: 300, timeout: 100, smil: 300, shadow: 300 });
  });

  it('is the same for every worker, whichever frames it is asked for', async () => {
    const states: unknown[] = [];
    for (const frames of [[...Array(26).keys()], [0, 25], [25], [3, 4, 11, 12, 25]]) {
      const page = await open(MOVING);
      await page.seek(frames, '30000, 1001');
      states.push(await page.evaluate('places()'));
    }
    for (const state of states) expect(state).to.deep.equal(states[0]);
  });

  it('gives the same picture to every worker', async () => {
    const html = `<canvas id="canvas" width="400" height="200"></canvas><script>
      const paint = canvas.getContext('2d');
      requestAnimationFrame(function loop(time) {
        paint.fillStyle = 'hsl(' + Math.random() * 360 + ' 90% 50%)';
        paint.fillRect(time / 10, Math.random() * 150, 40, 40);
        requestAnimationFrame(loop);
      });
    </script>`;
    const pictures: string[] = [];
    for (const frames of [[...Array(21).keys()], [7, 20], [19]]) {
      const page = await open(html);
      await page.seek(frames);
      pictures.push(await page.picture());
    }
    expect(pictures[1] === pictures[0], 'frame 20 of both').to.equal(true);
    expect(pictures[2] === pictures[0], 'frame 19 and frame 20').to.equal(false);
  });

  it('tells of animations that begin and end, when they do, once, also on a jump', async () => {
    for (const frames of [[...Array(41).keys()], [0, 40], [40]]) {
      const page = await open(EVENTFUL);
      await page.seek(frames);
      for (let ticks = 0; ticks < 3; ticks += 1) await page.picture(); // The browser's own events would come now.
      expect(await page.evaluate('log')).to.deep.equal([
        ...[
          'animationstart at 250',
          'animationend at 1250',
          'go 1 at 2250',
          'finish at 2750',
          'finished at 2750',
        ],
      ]);
      expect(await page.evaluate('document.getElementById("last").getAnimations()[0].playState')).to.equal(
        'finished',
      );
    }
  });

  it('sends each frame once through the animation frame callbacks, in steps of the rate', async () => {
    const page = await open(`<script>
      window.times = [];
      requestAnimationFrame(function loop(time) { times.push(time); requestAnimationFrame(loop) });
    </script>`);
    await page.seek([0, 1, 4], '4, 1');
    expect(await page.evaluate('times')).to.deep.equal([0, 250, 500, 750, 1000]);
  });

  it('jumps over the frames of a page that seeks by itself, and runs what is due', async () => {
    const page = await open(`<script>
      window.times = [];
      window.fired = [];
      setInterval(() => fired.push(performance.now()), 500);
      requestAnimationFrame(function loop(time) { times.push(time); requestAnimationFrame(loop) });
      window.filmgate = { duration: 2, seek: (time) => times.push('seek ' + time) };
    </script>`);
    await page.seek([0, 10]);
    expect(await page.evaluate('times')).to.deep.equal([0, 'seek 0', 1000, 'seek 1']);
    expect(await page.evaluate('fired')).to.deep.equal([500, 1000]);
  });

  it('takes a page that only goes forward through every frame, its own seek too', async () => {
    const html = `<script>
      window.seeks = [];
      window.filmgate = { duration: 2, seek: (time) => { seeks.push(time) } };
    </script>`;
    const page = await open(html, { sequential: true });
    await page.seek([2, 5], '4, 1');
    expect(await page.evaluate('seeks')).to.deep.equal([0, 0.25, 0.5, 0.75, 1, 1.25]);
  });

  it('ends a transition at once where a seek has begun it: its course would depend on the frames before', async () => {
    const html = `<style>#box { transition: transform 1s linear; transform: translateX(0) }</style><i id="box"></i><script>
      window.filmgate = { duration: 2, seek(time) { box.style.transform = 'translateX(' + Math.round(time * 100) + 'px)' } };
      window.at = () => new DOMMatrix(getComputedStyle(box).transform).e;
    </script>`;
    const page = await open(html);
    await page.seek([0, 10]);
    expect(await page.evaluate('at()')).to.equal(100);
    const forward = await open(html, { sequential: true });
    await forward.seek([0, 1]);
    expect(await forward.evaluate('at()')).to.be.lessThan(10);
  });

  it('leaves alone what the page has paused, and follows what it plays, reverses, seeks or cancels', async () => {
    const page = await open(`<style>
      @keyframes go { to { transform: translateX(400px) } }
      i { position: absolute; left: 0 }
      #stopped { animation: go 4s linear paused; animation-delay: -1s }
      #toggled { animation: go 4s linear }
      .still { animation-play-state: paused !important }
    </style><i id="stopped"></i><i id="toggled"></i><i id="one"></i><i id="two"></i><i id="three"></i><script>
      const go = (element) => element.animate([{ transform: 'none' }, { transform: 'translateX(400px)' }], 4000);
      const [a, b, c] = [go(one), go(two), go(three)];
      setTimeout(() => { a.pause(); toggled.classList.add('still') }, 1000);
      setTimeout(() => { a.play(); toggled.classList.remove('still'); b.reverse(); c.cancel() }, 2000);
      setTimeout(() => { a.currentTime = 0; b.playbackRate = -2 }, 2500);
      window.places = () => [...document.querySelectorAll('i')].map((i) => Math.round(i.getBoundingClientRect().x));
    </script>`);
    const places: unknown[] = [];
    for (const frame of [10, 15, 20, 25, 30]) {
      await page.seek(frame);
      places.push(await page.evaluate('places()'));
    }
    expect(places).to.deep.equal([
      ...[
        [100, 100, 100, 100, 100],
        [100, 100, 100, 150, 150],
        [100, 100, 100, 200, 0],
      ],
      ...[
        [100, 150, 0, 150, 0],
        [100, 200, 50, 50, 0],
      ],
    ]);
  });

  it('is the one that the page reads of animations and of the timeline', async () => {
    const page = await open(`<script>
      window.seen = [];
      const a = document.documentElement.animate([{ opacity: 0 }, { opacity: 1 }], 5000);
      setTimeout(() => seen.push(document.timeline.currentTime, a.startTime, a.currentTime, a.playState), 1000);
      setTimeout(() => { a.startTime = document.timeline.currentTime - 100; }, 2000);
    </script>`);
    await page.seek([10]);
    expect(await page.evaluate('seen')).to.deep.equal([1000, 0, 1000, 'running']);
    await page.seek([21]);
    expect(await page.evaluate('document.getAnimations()[0].currentTime')).to.equal(200);
  });

  it('reaches frames of the same origin', async () => {
    const inner = MOVING.replaceAll('"', '&quot;');
    const page = await open(`<iframe id="frame" srcdoc="${inner}" width="400"></iframe>`);
    await page.seek([7, 10]);
    const places = await page.evaluate('frame.contentWindow.places()');
    expect(places).to.include({ css: 100, transition: 50, raf: 100, interval: 100, smil: 100, shadow: 100 });
  });

  it('begins anew in a frame that comes later', async () => {
    const page = await open(`<script>
      setTimeout(() => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.srcdoc = '<style>@keyframes go { to { transform: translateX(400px) } } i { position: absolute; left: 0; animation: go 4s linear }</style><i></i>';
      }, 1000);
    </script><body>`);
    await page.seek([0, 10, 15]);
    const at = `document.querySelector('iframe').contentDocument.querySelector('i').getBoundingClientRect().x`;
    expect(await page.evaluate(at)).to.equal(50);
    expect(await page.evaluate('window[0].performance.now()')).to.equal(500);
  });

  it('goes on when frames get their documents in the middle of a step', async () => {
    const page = await open(`<body><script>
      setInterval(() => { document.body.appendChild(document.createElement('iframe')).srcdoc = '<i></i>' }, 100);
    </script>`);
    await page.seek(Array.from({ length: 40 }, (_, index) => index)); // It hung at one in fourteen.
    expect(await page.evaluate('window.length')).to.equal(39);
  });

  it('does not hang on timers that start themselves, nor on going back', async () => {
    const page = await open(`<script>
      window.count = 0;
      (function again() { count += 1; setTimeout(again, 0) })();
      setInterval(() => {}, 0);
    </script>`);
    await page.seek([0, 10]);
    expect(await page.evaluate('count')).to.be.within(200, 300);
    await page.seek(5);
    expect(await page.evaluate('performance.now()')).to.equal(500);
  });

  it('runs timers by when they are due, then by age, and none that was cleared', async () => {
    const page = await open(`<script>
      window.ran = [];
      const run = (what) => () => ran.push(what);
      setTimeout(run('late'), 200);
      setTimeout(run('first'), 100);
      setTimeout(() => { run('second')(); clearTimeout(cleared); cancelAnimationFrame(next) }, 100);
      const cleared = setTimeout(run('cleared'), 100);
      const next = requestAnimationFrame(run('cancelled before'));
      cancelAnimationFrame(requestAnimationFrame(run('cancelled')));
      requestAnimationFrame(() => { run('frame')(); cancelAnimationFrame(after) });
      const after = requestAnimationFrame(run('cancelled by the frame callback before it'));
      cancelIdleCallback(requestIdleCallback(run('idle')));
      const interval = setInterval(() => { run('interval')(); clearInterval(interval) }, 150);
      setTimeout("ran.push('text')", 250);
      setTimeout((...args) => ran.push(...args), 300, 'a', 'b');
    </script>`);
    await page.seek(5, '10, 1');
    const first = ['cancelled before', 'frame', 'first', 'second'];
    expect(await page.evaluate('ran')).to.deep.equal([...first, 'interval', 'late', 'text', 'a', 'b']);
  });

  it('leaves an animation of a style to its style, also when the browser had no frame of its own meanwhile', async () => {
    const page = await open(`<style>@keyframes go { to { transform: translateX(400px) } }
      i { position: absolute; left: 0 } .go { animation: go 4s linear } .still { animation-play-state: paused }
    </style><i id="one"></i><script>
      setTimeout(() => one.classList.add('go'), 500);
      setTimeout(() => one.classList.add('still'), 1500);
      setTimeout(() => one.classList.remove('still'), 2500);
    </script>`);
    await page.seek(30);
    expect(await page.evaluate('one.getBoundingClientRect().x')).to.equal(150);
  });

  it('goes on after an error in a callback, and reports it', async () => {
    const page = await open(`<script>
      setTimeout(() => { throw new Error('in a timer') }, 100);
      requestAnimationFrame(() => { throw new Error('in a frame') });
      setTimeout(() => { window.isLater = true }, 200);
    </script>`);
    await page.seek(3);
    expect(await page.evaluate('isLater')).to.equal(true);
    expect(page.errors.map((text) => text.split('\n')[0])).to.deep.equal([
      'Error: in a frame',
      'Error: in a timer',
    ]);
  });

  it('makes chance fall the same way, by the seed', async () => {
    const draw = `[Math.random(), crypto.randomUUID(), ...crypto.getRandomValues(new Uint16Array(3))]`;
    const [first, again, other] = [
      await (await open('')).evaluate(draw),
      await (await open('')).evaluate(draw),
      await (await open('', { seed: 2 })).evaluate(draw),
    ];
    expect(again).to.deep.equal(first);
    expect(other).not.to.deep.equal(first);
    expect(first[0]).to.be.within(0, 1);
    expect(first[1]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('has dates as a browser has them', async () => {
    const page = await open('');
    await page.seek(10);
    const dates = `(() => {
      class Own extends Date {}
      return [new Date().toISOString(), Date.now() - Date.UTC(2025, 0, 1), typeof Date(), new Date(5).getTime(),
        new Own() instanceof Date, new Date().constructor === Date, Date.name, new Own(2020, 1).getFullYear()];
    })()`;
    expect(await page.evaluate(dates)).to.deep.equal([
      ...['2025-01-01T00:00:01.000Z', 1000, 'string', 5, true, true, 'Date', 2020],
    ]);
  });
});
