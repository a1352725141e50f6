import { Subject } from 'rxjs';
import { FilmgateError } from '../../errors';
import type { CaptureEvent } from '../../frames/events';
import type { DevToolsEvent } from './devtools';

type PageMessage = Extract<CaptureEvent, { type: 'pageMessage' }>;

/** What the pages of one render say: uncaught errors, failed requests, `console.error`. Each counts once for all workers. */
export class PageConsole {
  /** Emits at every occurrence, with how many there have been of it. */
  readonly messages = new Subject<PageMessage>();
  private readonly counts = new Map<string, number>();

  /** With `strict`, what a page says fails the frame at which it says it. */
  constructor(private readonly strict: boolean) {}

  /** Where our own server has the page's folder, if it does: to be left out of texts, as it is another every time. */
  served: URL | undefined;

  /** Listens to one worker's page. */
  open(worker: string): PageListener {
    return new PageListener(worker, this.strict, this.served, (said) => {
      const key = `${said.kind} ${said.text}`;
      const count = (this.counts.get(key) ?? 0) + 1;
      this.counts.set(key, count);
      this.messages.next({ ...said, type: 'pageMessage', worker, count });
    });
  }
}

type Said = Pick<PageMessage, 'kind' | 'text' | 'index'>;

/** Hears what one page says, and knows which frame it was at. */
export class PageListener {
  /** The frame that is captured; undefined while the page loads. */
  index: number | undefined;
  private readonly requests = new Map<string, { readonly url: string; readonly isLasting: boolean }>();
  private firstProblem: Said | undefined;

  constructor(
    private readonly worker: string,
    private readonly strict: boolean,
    private readonly served: URL | undefined,
    private readonly emit: (said: Said) => void,
  ) {}

  /** URLs of the requests that have not been answered yet. */
  get pendingRequests(): string[] {
    return [...this.requests.values()].filter(({ isLasting }) => !isLasting).map(({ url }) => url);
  }

  /**
   * Raises what the page has said, if that is to fail the render.
   *
   * @throws FilmgateError `PAGE_ERROR`
   */
  check(): void {
    if (!this.strict || !this.firstProblem) return;
    const at =
      this.firstProblem.index === undefined ? 'while it loaded' : `at frame ${this.firstProblem.index}`;
    throw new FilmgateError('PAGE_ERROR', `${this.worker}: the page said, ${at}: ${this.firstProblem.text}`);
  }

  onEvent({ method, params }: DevToolsEvent): void {
    switch (method) {
      case 'Runtime.exceptionThrown':
        this.report('exception', thrownText(params.exceptionDetails));
        break;
      case 'Runtime.consoleAPICalled':
        if (params.type === 'error') this.report('console', params.args.map(argumentText).join(' '));
        break;
      case 'Network.requestWillBeSent':
        this.requests.set(params.requestId, {
          url: params.request.url,
          isLasting: LASTING.includes(params.type),
        });
        break;
      case 'Network.responseReceived':
        if (params.response.status >= 400)
          this.report('request', `${params.response.url}: ${params.response.status}`);
        break;
      case 'Network.loadingFinished':
        this.requests.delete(params.requestId);
        break;
      case 'Network.loadingFailed':
        if (!params.canceled)
          this.report('request', `${this.requests.get(params.requestId)?.url}: ${params.errorText}`);
        this.requests.delete(params.requestId);
    }
  }

  /** Tells of something about the page. */
  report(kind: Said['kind'], said: string): void {
    const text = this.served
      ? said.replaceAll(this.served.href, '').replaceAll(this.served.origin, '')
      : said;
    if (kind !== 'unsupported') this.firstProblem ??= { kind, text, index: this.index };
    this.emit({ kind, text, index: this.index });
  }
}

/** Requests that may stay open as long as the page does. */
const LASTING = ['EventSource', 'WebSocket', 'Ping', 'Media'];

/** The text of an error as the DevTools protocol gives it, its stack included. */
// biome-ignore lint/suspicious/noExplicitAny: Runtime.ExceptionDetails of the protocol.
export function thrownText(details: any): string {
  return details.exception?.description ?? details.exception?.value ?? details.text;
}

// biome-ignore lint/suspicious/noExplicitAny: Runtime.RemoteObject of the protocol.
function argumentText(argument: any): string {
  return String(argument.value ?? argument.description ?? argument.type);
}
