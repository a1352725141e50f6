export { writeTrace } from '../trace/writeTrace';
export { type Dashboard, type DashboardOptions, openDashboard, openSavedEvents } from './openDashboard';
export { saveReportOf, writeReport } from './writeReport';
