/**
 * What Alipay signs of parameters, ours and its own (opendocs.alipay.com/common/02kf5q; alipay-sdk-nodejs-all 4.14.0, `sign` in
 * src/util.ts and `notifyRSACheck` in src/alipay.ts): `name=value` in the order of the names, joined by `&`, nothing encoded.
 */

type Parameters = Iterable<readonly [name: string, value: string]>

export function signedText(parameters: Parameters): string {
  return [...parameters]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** What looks like the beginning of another parameter. */
const ANOTHER = /&[A-Za-z][A-Za-z0-9_]*=/

/**
 * Whether the text of these parameters can be cut into others: a value may hold `&total_amount=100.00&…`, and nothing in the
 * signature says where a value ends. Whoever chooses the subject of an order, and pays a cent for it, could have the text of
 * another payment signed. So no value may look like more than one.
 */
export function isAmbiguous(parameters: Parameters): boolean {
  return [...parameters].some(([, value]) => ANOTHER.test(value))
}
