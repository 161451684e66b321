/** Names of the endpoints: in routes, in the log of requests, and in what a fault is aimed at. */
export const ENDPOINTS = [
  'prepay',
  'query',
  'close',
  'refund',
  'query_refund',
  'abnormal_refund',
  'certificates',
  'security_echo',
  'unfreeze',
  'unsplit_amount',
  'tradebill',
  'fundflowbill',
  'billdownload',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]
