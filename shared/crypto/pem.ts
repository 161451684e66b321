/** PEM (RFC 7468) as people paste it, made the way it should be. */

/** PEM as it should be, from PEM with Windows line ends, blanks around its lines, or line ends escaped once too often. */
export function normalPem(pem: string): string {
  const lines = pem
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .split(/[\r\n]+/)
  return `${lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n`
}
