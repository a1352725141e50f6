import type { Notice } from '../notices';
import { plainLine } from './messageText';
import { colors } from './style';

/** What a person should know of an incident; undefined for what goes as it should. */
export function noticeText(incident: Notice): string | undefined {
  switch (incident.type) {
    case 'retried': {
      const { index, tries, message } = incident;
      const why = plainLine(message).replace(`frame ${index} `, ''); // It is said already.
      return `${colors.yellow(`frame ${index}, retry ${tries}:`)} ${why}`;
    }
    case 'workerRetired': {
      const { worker, left, message } = incident;
      return `${colors.yellow(`${worker} is not replaced, ${left} left:`)} ${plainLine(message)}`;
    }
    case 'segmentInvalid':
      return colors.yellow(incident.message);
    case 'laneAdded':
      return colors.dim(`${incident.lanes} segments are encoded at once from now on`);
    default:
      return undefined;
  }
}
