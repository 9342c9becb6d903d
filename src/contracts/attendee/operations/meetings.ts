import { COPIES, PICTURES, READ_LATE, RECORDED, STORED, VOICE_AGENTS } from '../evidence.js';
import * as schemas from '../schemas.js';
import { bot, command, done, operation, READS_BODY } from './operation.js';

export const meetingOperations = [
  operation(
    'sendChatMessage',
    'POST',
    '/bots/{id}/send_chat_message',
    command('Write into the chat', schemas.SendChatMessageRequest),
  ),
  operation('outputSpeech', 'POST', '/bots/{id}/speech', command('Say a text', schemas.SpeechRequest)),
  operation('outputAudio', 'POST', '/bots/{id}/output_audio', {
    ...command('Play audio', schemas.MediaRequest),
    evidence: [RECORDED, STORED, { ...COPIES, note: 'a body that is no object is asked for type and data, too' }],
  }),
  operation('outputImage', 'POST', '/bots/{id}/output_image', {
    ...command('Show an image', schemas.MediaRequest),
    evidence: [RECORDED, READ_LATE, STORED, PICTURES],
  }),
  operation('outputVideo', 'POST', '/bots/{id}/output_video', {
    ...command('Play a video', schemas.OutputVideoRequest),
    evidence: [RECORDED, { ...COPIES, note: 'a URL of more than 200 characters is a failure of the vendor' }],
  }),
  operation('pauseRecording', 'POST', '/bots/{id}/pause_recording', { ...command('Pause the recording'), ok: bot() }),
  operation('resumeRecording', 'POST', '/bots/{id}/resume_recording', { ...command('Resume it'), ok: bot() }),
  operation('patchVoiceAgentSettings', 'PATCH', '/bots/{id}/voice_agent_settings', {
    summary: 'Start, change or stop the voice agent',
    body: schemas.VoiceAgentRequest,
    ok: done,
    errors: READS_BODY,
    evidence: [RECORDED, READ_LATE, VOICE_AGENTS],
  }),
  operation('patchTranscriptionSettings', 'PATCH', '/bots/{id}/transcription_settings', {
    undocumented: true,
    summary: 'Change the language of the captions',
    body: schemas.CaptionLanguageRequest,
    ok: done,
    errors: READS_BODY,
    evidence: [RECORDED, READ_LATE],
  }),
  operation('admitFromWaitingRoom', 'POST', '/bots/{id}/admit_from_waiting_room', {
    ...command('Let everybody in'),
    undocumented: true,
  }),
  operation('changeGalleryViewPage', 'POST', '/bots/{id}/change_gallery_view_page', {
    ...command('Turn the page of the gallery', schemas.GalleryRequest),
    undocumented: true,
    evidence: [RECORDED, { ...COPIES, note: 'the refusals of a bot in Zoom, and that the body is looked at last' }],
  }),
];
