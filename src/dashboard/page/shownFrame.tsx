import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The frame that somebody has asked to see in the film. */
export const Shown = createContext<{ index: number | undefined; show(index: number | undefined): void }>({
  index: undefined,
  show() {},
});

/** A frame's number: shows where it is in the film, and the picture nearest to it. */
export function FrameLink({ index }: { index: number }) {
  const { show } = useContext(Shown);
  const go = () => {
    show(index);
    document.getElementById('film')?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <button type="button" class="frame" onClick={go}>
      frame {index.toLocaleString('en')}
    </button>
  );
}
