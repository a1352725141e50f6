import { invalidOption } from '../../errors';
import type { CompiledDocument, HyperframesCore } from './core';

/** Values of a composition's variables, by their ids. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Checks what can be checked without the project.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkVariables(variables: Variables): Variables {
  const isObject = typeof variables === 'object' && variables !== null && !Array.isArray(variables);
  if (isObject) return variables;
  throw invalidOption('variables', JSON.stringify(variables), 'give an object, such as {"title":"Hello"}');
}

/**
 * Holds variables to what the compositions declare of them. Returns what is not declared, in words: nothing may read it.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function matchVariables(
  core: HyperframesCore,
  document: CompiledDocument,
  variables: Variables,
): string[] {
  const declaring = [document.documentElement, ...document.querySelectorAll('[data-composition-variables]')];
  const declared = declaring.flatMap((element) => (element ? core.parseCompositionVariables(element) : []));
  const issues = core.validateVariables(variables, declared);
  const wrong = issues.find(({ kind }) => kind !== 'undeclared');
  if (wrong)
    throw invalidOption('variables', variables[wrong.variableId], core.formatVariableValidationIssue(wrong));
  return issues.map(({ variableId }) => `variable "${variableId}", which no composition declares`);
}
