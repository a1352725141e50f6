import type { Bundle } from './bundle';
import type { DashboardState } from './state/state';

/** The live page: what it shows comes from the server that it came from. */
export function liveHtml(): string {
  return html('<link rel="stylesheet" href="page.css">', '<script src="page.js" defer></script>');
}

/** The same page as one file, with all that it shows. */
export function reportHtml({ script, style }: Bundle, state: DashboardState): string {
  const data = JSON.stringify(state).replaceAll('<', '\\u003c'); // Or a message could end the script.
  const head = `<style>${style.replaceAll('</', '<\\/')}</style>`;
  const body = `<script type="application/json" id="state">${data}</script>\n<script>${script.replaceAll('</script', '<\\/script')}</script>`;
  return html(head, body);
}

function html(head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Filmgate</title>
<link rel="icon" href="data:,">
${head}
<body>
<div id="app"></div>
<noscript>This page is drawn by a script.</noscript>
${body}
</body>
</html>
`;
}
