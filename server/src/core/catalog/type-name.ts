/**
 * Makes a type's name of a uid: `Article` of `api::article.article`, `UploadFile` of `plugin::upload.file`,
 * `SharedSeoComponent` of the component `shared.seo`.
 */
export function typeName(uid: string): string {
  const [scope, rest] = uid.includes('::') ? (uid.split('::') as [string, string]) : ['', uid];
  const parts = rest.split('.');
  const [first, second] = parts;
  if (scope === 'api' && first === second) return pascal(first ?? '');
  if (scope === '' && parts.length > 1) return `${pascal(rest)}Component`;
  return scope === 'api' || scope === 'plugin' ? pascal(rest) : pascal(`${scope}-${rest}`);
}

/** `BlogPost` of `blog-post` and `blog.post`. A leading digit gets an underscore. */
function pascal(text: string): string {
  const name = text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
