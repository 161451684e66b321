/** What an option may be, where it is one of few words. */

export const DECISIONS = ['dismiss', 'accept', 'approve', 'refuse'] as const

/** What WeChat's side signs a test notification with. */
export const SIGNED_WITH = ['certificate', 'public_key'] as const

/** In which ways a test notification is wrong. */
export const TEST_FAULTS = ['probe', 'tampered_body', 'foreign_key', 'stale_timestamp'] as const

/** The same of one of Alipay. */
export const ALIPAY_TEST_FAULTS = [
  'tampered_body',
  'foreign_key',
  'kept_sign_type',
  'unsigned_notification',
] as const

/** Which orders are listed: CREATED or AWAITING_PAYMENT is unpaid. */
export const LISTED_STATES = ['paid', 'unpaid', 'held'] as const

/** That can be taught to complete the words of `wxpay`. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
