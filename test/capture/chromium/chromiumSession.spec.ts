import { expect } from 'chai';
import { checkOptions } from '../../../src/capture/chromium/chromiumOptions';
import { pageSource } from '../../../src/capture/chromium/chromiumSession';
import type { PreparedPage } from '../../../src/capture/chromium/preparedPage';
import { runningChildren } from '../../../src/process/childProcess';

import { usePageWorkspace } from '../../support/pageWorkspace';
import { rejection } from '../../support/rejection';
import { later } from '../../support/settle';

describe('the browser that starts while its page is prepared', () => {
  const workspace = usePageWorkspace();
  const browsers = () => [...runningChildren.values()].filter((kind) => kind === 'browser').length;
  const open = (prepare: () => Promise<PreparedPage>, browser = workspace.browser.path) =>
    pageSource(prepare, checkOptions({ browser })).open();

  it('is gone when the session is closed, where the page cannot be prepared', async () => {
    const session = open(async () => {
      expect(browsers()).to.equal(1);
      throw new Error('it cannot be');
    });
    const error = await session.describe({}).catch((thrown) => thrown);
    expect(error).to.have.property('message', 'it cannot be');
    await session.close();
    expect(browsers()).to.equal(0);
  });

  it('is gone when the session is closed meanwhile, and no other one comes', async () => {
    const [begun, prepared] = [later<void>(), later<PreparedPage>()];
    const session = open(() => {
      begun.resolve();
      return prepared.promise;
    });
    const described = rejection(session.describe({}), 'CANCELLED');
    await begun.promise;
    await session.close();
    expect(browsers()).to.equal(0);
    prepared.resolve({ page: workspace.write('late.html', 'x') });
    await described;
    expect(browsers()).to.equal(0);
  });

  it('is what the first page is loaded in', async () => {
    const page = workspace.write('first.html', '<script>filmgate = { duration: 1, seek() {} }</script>');
    const session = open(async () => ({ page }));
    await session.describe({});
    expect(browsers()).to.equal(1);
    await session.close();
  });

  it('does not start where there is none, and the page is not prepared', async () => {
    let isPrepared = false;
    const session = open(async () => {
      isPrepared = true;
      return { page: '' };
    }, workspace.path('none'));
    await rejection(session.describe({}), 'BROWSER_INVALID');
    expect(isPrepared).to.equal(false);
    await session.close();
  });
});
