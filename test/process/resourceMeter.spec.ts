import { expect } from 'chai';
import { ChildProcess } from '../../src/process/childProcess';
import { ResourceMeter } from '../../src/process/resourceMeter';

describe('ResourceMeter', () => {
  it('measures this process', () => {
    const { node } = new ResourceMeter().measure();
    expect(node.processes).to.equal(1);
    expect(node.memory).to.be.above(1e6);
    expect(node.cpu).to.be.at.least(0);
  });

  it('counts what a child has started with it, on Linux, until it is gone', async function () {
    if (process.platform !== 'linux') this.skip();
    const meter = new ResourceMeter();
    const script = "require('node:child_process').spawn('sleep', ['60']); process.stdout.write('up')";
    const args = ['-e', `${script}; setInterval(() => {}, 1000);`];
    const child = new ChildProcess(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      kind: 'ffmpeg',
      killsHelpers: true,
    });
    await new Promise((resolve) => child.output(1).once('data', resolve));
    const { ffmpeg, browsers } = meter.measure();
    expect(ffmpeg?.processes).to.equal(2);
    expect(ffmpeg?.memory).to.be.above(1e6);
    expect(browsers).to.deep.equal({ processes: 0, memory: 0, cpu: 0 });
    child.kill();
    await child.exited;
    expect(meter.measure().ffmpeg?.processes).to.equal(0);
  });
});
