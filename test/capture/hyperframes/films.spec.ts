import { expect } from 'chai';
import { type Picture, useFilmProjects } from '../../support/filmProjects';
import { frameMd5 } from '../../support/video';

/** What is at some points, such as `{ '10,20': 'red' }`. */
function expectColours(picture: Picture | undefined, colours: Readonly<Record<string, string>>): void {
  const found = Object.keys(colours).map((point) => {
    const [x = 0, y = 0] = point.split(',').map(Number);
    return [point, picture?.(x, y)];
  });
  expect(Object.fromEntries(found)).to.deep.equal(colours);
}

describe('films of HyperFrames projects', function () {
  this.timeout(60_000);
  const projects = useFilmProjects();
  const known = new Map<string, ReturnType<typeof projects.render>>();

  /** All frames of a project of test/fixtures/films, by one worker: rendered once. */
  function whole(name: string): ReturnType<typeof projects.render> {
    const rendered = known.get(name) ?? projects.render(projects.copy(name));
    known.set(name, rendered);
    return rendered;
  }

  it('plays compositions three deep, each with its own offset and style', async () => {
    const { pictures, width, height, messages } = await whole('compositions');
    expect({ width, height, frames: pictures.length }).to.deep.equal({ width: 320, height: 180, frames: 30 });
    expectColours(pictures[3], {
      '50,30': 'red',
      '20,75': 'ground',
      '20,113': 'ground',
      '290,110': 'ground',
    });
    expectColours(pictures[15], {
      ...{ '130,30': 'red', '76,75': 'green', '110,113': 'yellow', '107,151': 'violet' },
      ...{ '290,110': 'pink', '300,20': 'white' },
    });
    expectColours(pictures[28], { '215,30': 'red', '290,110': 'ground', '300,20': 'ground' });
    expect(messages).to.deep.equal([]);
  });

  it('gives variables to styles, scripts and compositions', async () => {
    const project = projects.copy('variables');
    const plain = await projects.render(project);
    expectColours(plain.pictures[15], { '80,30': 'red', '120,30': 'ground', '125,125': 'green' });
    const { pictures } = await projects.render(project, {
      variables: { side: 70, mode: 'fast', colour: '#2a9d8f' },
    });
    expectColours(pictures[15], { '170,70': 'green', '120,70': 'ground', '125,125': 'green' });
  });

  it('plays timelines of any kind, and shows what they set at their very beginning', async () => {
    const { pictures } = await whole('timelines');
    expectColours(pictures[0], { '25,20': 'green', '25,55': 'red', '275,145': 'ground', '25,125': 'ground' });
    expectColours(pictures[15], { '25,20': 'green', '194,55': 'red', '275,145': 'violet' });
    expectColours(pictures[29], { '25,90': 'red', '70,55': 'red', '275,145': 'violet' });
  });

  it('drives events, numbers, other libraries and animations, paused ones too', async () => {
    const { pictures } = await whole('adapters');
    const at = (x: number) =>
      Object.fromEntries(
        [9, 27, 45, 63, 81, 99, 117, 153].map((y) => [`${x},${y}`, y === 117 ? 'green' : 'red']),
      );
    expectColours(pictures[0], { ...at(10), '10,135': 'ground' });
    expectColours(pictures[15], { ...at(160), '10,135': 'yellow' });
    expectColours(pictures[27], { ...at(280), '250,135': 'yellow' });
  });

  it('lays clips out as HyperFrames does', async () => {
    const { pictures } = await projects.render(projects.copy('layout'));
    // Without its size, the root would have no height; in row, only a clip that is shown takes its space.
    expectColours(pictures[0], {
      '150,85': 'navy',
      '165,85': 'ground',
      '60,155': 'green',
      '240,20': 'ground',
    });
    expectColours(pictures[12], {
      '30,30': 'red',
      '60,155': 'yellow',
      '95,155': 'green',
      '200,80': 'ground',
    });
    expectColours(pictures[17], {
      '250,30': 'white',
      '240,60': 'pink',
      '290,70': 'steel',
      '140,80': 'violet',
    });
  });

  it('takes its rate from the root, and counts a last frame that is not shown in full', async () => {
    const project = projects.copy('rate');
    expect((await projects.render(project)).pictures).to.have.length(13); // 0.52 s at 24.
    expect((await projects.render(project, {}, { fps: 10 })).pictures).to.have.length(6);
  });

  it('is known as a render by the packages that ask', async () => {
    const { pictures } = await projects.render(projects.copy('transitions'));
    expectColours(pictures[0], { '10,90': 'red', '200,20': 'ground' });
  });

  it('leaves out the backgrounds of html and body where the video keeps its alpha', async () => {
    const decoder = { pixels: 'rgba', input: ['-c:v', 'libvpx-vp9'] } as const;
    const more = {
      output: 'alpha.webm',
      range: { first: 0, count: 2 },
      preset: undefined,
      pixelFormat: undefined,
    };
    const { pictures } = await projects.render(projects.copy('transparent'), {}, more as object, decoder);
    expectColours(pictures[0], { '10,90': 'red', '240,40': 'navy', '240,150': 'nothing' });
  });

  it('keeps edited positions, and plays eases that the runtime registers', async () => {
    const { pictures } = await projects.render(projects.copy('edits'));
    expectColours(pictures[0], { '90,50': 'red', '30,20': 'ground', '30,90': 'red' });
    expectColours(pictures[15], { '30,90': 'red', '130,145': 'red' });
  });

  it('keeps frames of the same origin on the film’s time', async () => {
    const { pictures } = await projects.render(projects.copy('frames'));
    expectColours(pictures[15], { '140,30': 'yellow', '10,30': 'navy', '160,140': 'red' });
  });

  it('begins tweens where a render of all frames does, also where it renders a part', async () => {
    const [all, part] = await Promise.all([
      whole('timelines'),
      projects.render(projects.copy('timelines'), {}, { frames: '20-29' }),
    ]);
    expect((await frameMd5(part.output)).sums).to.deep.equal((await frameMd5(all.output)).sums.slice(20));
  });

  for (const name of ['timelines', 'adapters', 'compositions']) {
    it(`shows the same in ${name}, with any number of workers`, async () => {
      const [one, three] = await Promise.all([
        whole(name),
        projects.render(projects.copy(name), {}, { workers: 3 }),
      ]);
      expect((await frameMd5(three.output)).sums).to.deep.equal((await frameMd5(one.output)).sums);
    });
  }
});
