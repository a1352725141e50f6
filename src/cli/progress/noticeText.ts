import type { Notice } from '../notices';
import { plainLine } from './messageText';
import { colors } from './style';

/** A notice as a person reads it; undefined where everything goes as it should. */
export function noticeText(notice: Notice): string | undefined {
  switch (notice.type) {
    case 'warning':
      return `${colors.yellow('warning:')} ${plainLine(notice.message)}`;
    case 'captureFallback':
      return `${colors.yellow('captured by screenshots:')} ${plainLine(notice.message)}`;
    case 'retried': {
      const { index, tries, message } = notice;
      const why = plainLine(message).replace(`frame ${index} `, ''); // The line names the frame already.
      return `${colors.yellow(`frame ${index}, retry ${tries}:`)} ${why}`;
    }
    case 'workerRetired': {
      const { worker, left, message } = notice;
      return `${colors.yellow(`${worker} is not replaced, ${left} left:`)} ${plainLine(message)}`;
    }
    case 'segmentInvalid':
      return colors.yellow(notice.message);
    default:
      return undefined;
  }
}
