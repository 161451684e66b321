/** Header values that say the same in several ways (RFC 9110, 8.3.1, 5.6.6 and 5.3), read as one. */

/** The value of a header that came several times is joined by commas; equal values are the same as one. */
function valuesOf(header: string): readonly string[] {
  return header.split(',').map((value) => value.trim().toLowerCase())
}

const JSON_TYPES = ['application/json']
const XML_TYPES = ['text/xml', 'application/xml']
const FORM_TYPES = ['application/x-www-form-urlencoded']

/** Whether a `Content-Type` is JSON in UTF-8: quotes, case, blanks and a trailing `;` make no difference, other parameters do. */
export function isJsonType(contentType: string): boolean {
  return isOneOf(contentType, JSON_TYPES)
}

/** The same of XML, under either of its names. */
export function isXmlType(contentType: string): boolean {
  return isOneOf(contentType, XML_TYPES)
}

/** The same of a form. */
export function isFormType(contentType: string): boolean {
  return isOneOf(contentType, FORM_TYPES)
}

function isOneOf(contentType: string, types: readonly string[]): boolean {
  if (types.includes(contentType)) return true
  return valuesOf(contentType).every((value) => {
    const [type = '', ...parameters] = value.split(';').map((part) => part.trim())
    return types.includes(type) && parameters.every((one) => one === '' || isUtf8(one))
  })
}

function isUtf8(parameter: string): boolean {
  const [, quoted, plain] = /^charset=(?:"((?:[^"\\]|\\.)*)"|([^"]*))$/.exec(parameter) ?? []
  return (quoted?.replaceAll(/\\(.)/g, '$1') ?? plain) === 'utf-8'
}

/** Whether a `Content-Encoding` leaves the body as it is. */
export function isIdentity(contentEncoding: string): boolean {
  return contentEncoding === '' || valuesOf(contentEncoding).every((value) => value === 'identity')
}
