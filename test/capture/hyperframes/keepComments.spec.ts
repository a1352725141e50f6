import { expect } from 'chai';
import * as esbuild from 'esbuild';
import { keepComments } from '../../../src/capture/hyperframes/keepComments';
import { stopCompiler } from '../../support/filmProjects';

describe('keepComments', () => {
  after(stopCompiler);
  const STRIP = { loader: 'js', minify: false, legalComments: 'none' } as const;
  const { transformSync, version } = keepComments(esbuild);

  it('leaves a script as it is, with its comments', () => {
    const script = '// First this.\nrun(); /* Then that. */ then()';
    expect(transformSync(script, STRIP).code).to.equal(script);
    expect(version).to.equal(esbuild.version);
  });

  const MATTERS = {
    'would end in the middle of a page': "log('</script>');",
    'begins a comment of HTML': "log('<!--');",
    'is looked through for shaders': '// HyperShader.init()\nrun();',
    'is looked through for frames': '// Not window.top.\nrun();',
  };
  for (const [what, script] of Object.entries(MATTERS))
    it(`has esbuild read a script that ${what}`, () => {
      const { code } = transformSync(script, STRIP);
      expect(code).to.equal(esbuild.transformSync(script, STRIP).code);
      expect(code).not.to.match(/<\/script|HyperShader|window/);
    });

  it('has esbuild do whatever else is asked for', () => {
    expect(transformSync('// None.\nrun ( )', { ...STRIP, minify: true }).code).to.equal('run();\n');
  });
});
