import { Subject } from 'rxjs';
import { FilmgateError } from '../../errors';
import type { CaptureEvent } from '../../frames/events';
import { undrawableRequest } from './canvas/undrawableRequest';
import type { ChromiumSettings } from './chromiumOptions';
import type { DevToolsEvent } from './devtools';

type PageMessage = Extract<CaptureEvent, { type: 'pageMessage' }>;

/** What the pages of one render say: uncaught errors, failed requests, `console.error`. Counted over all workers. */
export class PageConsole {
  /** Emits at every occurrence, with how many there have been of it. */
  readonly messages = new Subject<PageMessage>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly rules: FailureRules) {}

  /** Where our own server has the page's folder, if it does: to be left out of texts, as it is another every time. */
  served: URL | undefined;

  /** Listens to one worker's page. */
  open(worker: string): PageListener {
    return new PageListener(worker, this.rules, this.served, (said) => {
      const key = `${said.kind} ${said.text}`;
      const count = (this.counts.get(key) ?? 0) + 1;
      this.counts.set(key, count);
      this.messages.next({ ...said, type: 'pageMessage', worker, count });
    });
  }
}

/** What a page may say without failing the render. See {@link ChromiumOptions}. */
export type FailureRules = Pick<ChromiumSettings, 'strict' | 'keepGoing' | 'capture'>;

type Said = Pick<PageMessage, 'kind' | 'text' | 'index'>;

/** Listens to what one page says, and knows which frame it was at. */
export class PageListener {
  /** The frame that is captured; undefined while the page loads. */
  index: number | undefined;
  /** Id of the page's main frame. */
  mainFrame: string | undefined;
  /** The first thing that was asked for and that a canvas does not show, in words for a person. */
  undrawable: string | undefined;
  private readonly requests = new Map<string, { readonly url: string; readonly isLasting: boolean }>();
  private readonly origins = new Map<number, string>(); // By the id of the execution context.
  private mainOrigin: string | undefined;
  private problems: (Said & { readonly id?: number | undefined })[] = [];

  constructor(
    readonly worker: string,
    private readonly rules: FailureRules,
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
    const [problem] = this.problems;
    if (!problem) return;
    const { kind, text, index: frame } = problem;
    const at = frame === undefined ? 'while it loaded' : `at frame ${frame}`;
    const what =
      kind === 'exception' && frame === undefined
        ? 'a script of the page threw while it loaded (--keep-going renders it all the same)'
        : `the page reported an error ${at}`;
    throw new FilmgateError('PAGE_ERROR', `${this.worker}: ${what}: ${text}`, { frame, worker: this.worker });
  }

  onEvent(event: DevToolsEvent): void {
    const { method, params } = event;
    if (this.served && (this.rules.capture ?? 'canvas') === 'canvas')
      this.undrawable ??= undrawableRequest(event, this.served.origin);
    switch (method) {
      case 'Runtime.executionContextCreated': {
        const { id, origin, auxData } = params.context;
        this.origins.set(id, origin);
        if (auxData?.frameId === this.mainFrame) this.mainOrigin = origin;
        break;
      }
      case 'Runtime.exceptionThrown': {
        const { exceptionId, executionContextId: context } = params.exceptionDetails;
        const isOwn = (this.origins.get(context) ?? this.mainOrigin) === this.mainOrigin;
        this.report('exception', thrownText(params.exceptionDetails), { id: exceptionId, isOwn });
        break;
      }
      case 'Runtime.exceptionRevoked': // A rejection that was handled later than at once.
        this.problems = this.problems.filter(({ id }) => id !== params.exceptionId);
        break;
      case 'Runtime.consoleAPICalled':
        if (params.type === 'error') this.report('console', params.args.map(argumentText).join(' '));
        break;
      case 'Network.requestWillBeSent':
        this.requests.set(params.requestId, {
          url: params.request.url,
          // A worker from a blob is never said to have been loaded.
          isLasting: LASTING.includes(params.type) || params.request.url.startsWith('blob:'),
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
        if (!params.canceled && params.blockedReason !== 'inspector')
          this.report('request', `${this.requests.get(params.requestId)?.url}: ${params.errorText}`);
        this.requests.delete(params.requestId);
    }
  }

  /**
   * Tells of something about the page.
   *
   * @param thrown - of an exception: its id, and whether it is the page's own, and not that of a frame of another origin
   */
  report(kind: Said['kind'], said: string, thrown?: { id: number; isOwn: boolean }): void {
    const text = this.served
      ? said.replaceAll(this.served.href, '').replaceAll(this.served.origin, '')
      : said;
    const { index } = this;
    const { strict, keepGoing } = this.rules;
    const isLoadError = index === undefined && thrown?.isOwn;
    const isProblem = isLoadError ? !keepGoing : strict && kind !== 'unsupported';
    if (isProblem) this.problems.push({ kind, text, index, id: thrown?.id });
    this.emit({ kind, text, index });
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
