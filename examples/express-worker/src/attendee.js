/** Calls Attendee's API; with a body it is a POST. */
export async function attendee(path, body) {
  const { ATTENDEE_API_URL = 'https://app.attendee.dev', ATTENDEE_API_KEY } = process.env;
  const response = await fetch(`${ATTENDEE_API_URL}/api/v1${path}`, {
    headers: { authorization: `Token ${ATTENDEE_API_KEY}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Attendee answered ${response.status}: ${await response.text()}`);
  return response.json();
}
