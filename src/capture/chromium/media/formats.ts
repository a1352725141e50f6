/**
 * The containers that a page's media may be in, as FFmpeg names them. It knows many more: some of them read other files, as
 * playlists do, and others take any text for a video.
 */
export const FORMATS =
  'mov,matroska,webm,avi,gif,apng,ogg,wav,mp3,flac,aac,mpegts,mpeg,flv,' +
  'asf,mxf,caf,aiff,amr,ac3,eac3,h264,hevc,ivf,obu,m4v,mpegvideo,nut';
