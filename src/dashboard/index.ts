export { writeTrace } from '../trace/writeTrace';
