import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Report } from '../../checks/report.js';

/**
 * The report with its files as the root of the checkout has them, where GitHub has one: it looks for files from there, in
 * whichever folder the command runs. A file outside has its whole path, for there is another one at that root by its short name.
 */
export function fromWorkspace(report: Report): Report {
  const root = process.env['GITHUB_WORKSPACE'];
  if (root === undefined || root === '') return report;
  const roots = [root, realOf(root)];
  const placed = <T extends { readonly file?: string | undefined }>(where: T): T =>
    where.file === undefined ? where : { ...where, file: pathFrom(roots, where.file) };
  const { findings, unmade } = report;
  return {
    ...report,
    findings: findings.map((finding) => ({ ...finding, where: placed(finding.where) })),
    ...(unmade ? { unmade: unmade.map(placed) } : {}),
  };
}

function pathFrom(roots: readonly string[], file: string): string {
  const whole = resolve(file);
  const below = roots.map((root) => relative(root, whole)).find((path) => !path.startsWith('..') && !isAbsolute(path));
  return (below ?? whole).split(sep).join('/');
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
