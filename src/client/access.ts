/** What an app needs to call greenroom instead of Cronofy. The client secret is the API key too. */
export interface CronofyAccess {
  readonly base_url: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly access_token: string;
  readonly calendar_id: string;
}

/** What an app needs to call greenroom instead of Attendee. */
export interface AttendeeAccess {
  readonly base_url: string;
  readonly api_key: string;
  /** Base64, as the dashboard shows it. */
  readonly webhook_secret: string;
}

/** A workspace as the control plane describes it. */
export interface WorkspaceDescription {
  readonly id: string;
  readonly seed: number;
  readonly scenario: string;
  readonly strict: boolean;
  readonly clock: { readonly now: string; readonly mode: 'frozen' | 'live' | 'auto'; readonly speed: number };
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
}
