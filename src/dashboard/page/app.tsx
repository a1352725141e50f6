import { useState } from 'preact/hooks';
import type { Source } from './connection';
import { Facts } from './facts';
import { FilmStrip } from './filmStrip';
import { Gate } from './gate';
import { Header } from './header';
import { Lanes } from './lanes';
import { Incidents, Messages, Slowest } from './lists';
import { Picture } from './picture';
import { Plots } from './plots';
import { Shown } from './shownFrame';

/** The whole page. */
export function App({ source }: { source: Source }) {
  const { state } = source;
  const [index, show] = useState<number>();
  return (
    <Shown.Provider value={{ index, show }}>
      <Header source={source} />
      <main>
        <div class="top">
          <Picture source={source} />
          <Facts state={state} />
        </div>
        <FilmStrip state={state} />
        <Gate state={state} />
        <Lanes source={source} />
        <Plots state={state} />
        <div class="lists">
          <Incidents state={state} />
          <Messages state={state} />
          <Slowest state={state} />
        </div>
      </main>
    </Shown.Provider>
  );
}
